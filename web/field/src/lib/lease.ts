// The lease under which a visit may be opened offline: what the permit says, signed by the book, for this visit, this member of the
// team and this phone (docs/lease.md). The phone checks the signature itself, before anything in it is believed.
import { fromBase64, sha256, utf8 } from './bytes';

/** What a lease says, as far as the phone compares it. */
interface Terms { schema: string; visit: string; staff: string; device: string; window: { from: string; until: string }; expires_at: string }

/** Why no visit can be opened under it. */
export type Fault = 'missing' | 'forged' | 'other' | 'early' | 'expired';

const CONTEXT = 'forbear.lease/1\n';

const plain = (url: string) => fromBase64(url.replaceAll('-', '+').replaceAll('_', '/'));

/** For whom a lease must be. */
export interface Holder { visit: string; staff: string; key: CryptoKey }

/** Nothing if a visit may be opened under `lease` at `now`; `book` is the book's public key. */
export async function fault(lease: string | null, book: string, holder: Holder, now: number): Promise<Fault | null> {
  if (!lease) return 'missing';
  const [payload, signature] = lease.split('.');
  const key = await crypto.subtle.importKey('raw', fromBase64(book), { name: 'Ed25519' }, true, ['verify']);
  const bytes = plain(payload ?? '');
  const signed = new Uint8Array([...utf8(CONTEXT), ...bytes]);
  const isTheirs = await crypto.subtle.verify({ name: 'Ed25519' }, key, plain(signature ?? ''), signed).catch(() => false);
  if (!isTheirs) return 'forged';
  const terms = JSON.parse(new TextDecoder().decode(bytes)) as Terms;
  if (terms.schema !== 'forbear.lease/1') return 'forged';
  const device = await sha256(await crypto.subtle.exportKey('raw', holder.key));
  if (terms.visit !== holder.visit || terms.staff !== holder.staff || terms.device !== device) return 'other';
  if (now < Date.parse(terms.window.from)) return 'early';
  return now > Date.parse(terms.window.until) || now > Date.parse(terms.expires_at) ? 'expired' : null;
}
