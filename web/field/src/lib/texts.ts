// What people read: the same Fluent catalogues that the server's pages use.
import { FluentBundle, FluentResource } from '@fluent/bundle';

export const LANGS = [['zh-Hans', '简体中文'], ['zh-Hant', '繁體中文'], ['en', 'English']] as const;
export type Lang = (typeof LANGS)[number][0];

const phone = import.meta.glob('../../../../crates/server/texts/phone.*.ftl', { query: '?raw', import: 'default' });
const field = import.meta.glob('../../../../crates/server/texts/field.*.ftl', { query: '?raw', import: 'default' });

export type Values = Record<string, string | number>;

/** One who reads. */
export class Reader {
  private constructor(readonly lang: Lang, private readonly bundle: FluentBundle) {}

  static async of(lang: Lang): Promise<Reader> {
    const bundle = new FluentBundle(lang, { useIsolating: false });
    for (const [files, area] of [[field, 'field'], [phone, 'phone']] as const) {
      const load = files[`../../../../crates/server/texts/${area}.${lang}.ftl`];
      if (load) bundle.addResource(new FluentResource((await load()) as string), { allowOverrides: true });
    }
    return new Reader(lang, bundle);
  }

  text(key: string, values: Values = {}): string {
    const pattern = this.bundle.getMessage(key)?.value;
    return pattern ? this.bundle.formatPattern(pattern, values) : `⟨${key}⟩`;
  }

  /** An amount in minor units, exact. */
  money(minor: number, currency: string): string {
    const sign = currency === 'CNY' ? '¥' : currency === 'TWD' ? 'NT$' : `${currency} `;
    const whole = Math.trunc(Math.abs(minor) / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',');
    return `${minor < 0 ? '-' : ''}${sign}${whole}.${String(Math.abs(minor) % 100).padStart(2, '0')}`;
  }

  clock(at: string | number | null, zone: string): string {
    if (at === null) return '–';
    return new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(new Date(at));
  }

  longDay(day: string): string {
    return new Intl.DateTimeFormat(this.lang === 'en' ? 'en-GB' : this.lang === 'zh-Hant' ? 'zh-TW' : 'zh-CN', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
  }
}

/** The language chosen on this phone or on the server's pages, else the phone's. */
export function preferred(): Lang {
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?lang=([\w-]+)/)?.[1];
  const asked = new URLSearchParams(location.search).get('lang');
  const wanted = asked ?? localStorage.getItem('lang') ?? cookie ?? navigator.language;
  const known = LANGS.find(([tag]) => tag === wanted)?.[0];
  if (known) return known;
  if (/^zh-(tw|hk|mo|hant)/i.test(wanted)) return 'zh-Hant';
  return /^zh/i.test(wanted) ? 'zh-Hans' : 'en';
}
