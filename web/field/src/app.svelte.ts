// The state of the app: who works here, the day, what waits, and where we are. Pages read it and call its verbs.
import { PAGE, now, type Anchor } from './lib/clock';
import { sha256, utf8 } from './lib/bytes';
import * as days from './lib/day';
import { open, unseal, unsealText, unsent, wipe, seal, type Keep, type Kept, type KeptEvidence } from './lib/keep';
import { fault, type Fault } from './lib/lease';
import { keepEvidence, make, type EvidenceRef, type Making } from './lib/record';
import { ask, sendAll, type Sent } from './lib/send';
import { minor, nothing, questions, statesMeans, type Answers } from './lib/answers';
import { formOf, stated } from './lib/means';
import { preferred, Reader, type Lang, type Values } from './lib/texts';

export type Trouble = 'offline' | 'sign-in' | 'refused' | null;

/** What is told in one record. */
type Told = Pick<Making, 'kind' | 'body'> & Partial<Pick<Making, 'evidence' | 'doubts'>>;

class App {
  reader = $state<Reader | null>(null);
  staff = $state<string | null>(null);
  day = $state<days.Day | null>(null);
  records = $state<Kept[]>([]);
  evidence = $state<KeptEvidence[]>([]);
  trouble = $state<Trouble>(null);
  busy = $state(false);
  path = $state(location.hash.slice(1) || '/');
  /** When the server was last reached, by its own clock. */
  reached = $state<string | null>(null);
  /** Stops at which this phone has said "I am here". */
  arrived = $state<Record<string, { lease: string | null; at: number }>>({});

  /** The visit at which sound is being recorded. */
  sounding = $state<string | null>(null);
  private recorder: MediaRecorder | null = null;
  private recorded: Promise<void> = Promise.resolve();

  keep: Keep | null = null;
  dayKey: CryptoKey | null = null;
  device = '';
  keys: CryptoKeyPair | null = null;

  text = (key: string, values: Values = {}): string => this.reader?.text(key, values) ?? '';
  waiting = $derived(this.records.filter((it) => it.state === 'waiting').length + this.evidence.filter((it) => it.state === 'waiting').length);
  problems = $derived([...this.records, ...this.evidence].filter((it) => it.state === 'problem').length);

  async start(): Promise<void> {
    await this.read(preferred());
    addEventListener('hashchange', () => (this.path = location.hash.slice(1) || '/'));
    addEventListener('online', () => void this.send());
    void navigator.storage?.persist?.();
    this.staff = localStorage.getItem('staff');
    if (this.staff) await this.resume();
    if (this.staff && this.waiting > 0) void this.send();
    else if (!this.day) void this.download();
    setInterval(() => void (this.waiting > 0 && this.send()), 30_000);
  }

  async read(lang: Lang): Promise<void> {
    localStorage.setItem('lang', lang);
    this.reader = await Reader.of(lang);
    document.documentElement.lang = lang;
    document.title = this.text('phone-title');
  }

  private async resume(): Promise<void> {
    if (!this.staff) return;
    this.keep = await open(this.staff);
    const { device, keys } = await days.deviceKeys(this.keep);
    [this.device, this.keys] = [device, keys];
    const kept = await days.kept(this.keep);
    this.day = kept?.day ?? null;
    this.dayKey = kept?.dayKey ?? ((await this.keep.get('keys', 'day')) as CryptoKey | undefined) ?? null;
    this.arrived = ((await this.keep.get('facts', 'arrived')) as typeof this.arrived | undefined) ?? {};
    await this.look();
  }

  /** Looks again at what is kept. */
  look = async (): Promise<void> => {
    if (!this.keep) return;
    this.records = (await this.keep.getAllFromIndex('records', 'sequence')).reverse();
    this.evidence = await this.keep.getAll('evidence');
    this.reached = ((await this.keep.get('facts', 'anchor')) as Anchor | undefined)?.time.at ?? null;
  };

  async download(): Promise<void> {
    this.busy = true;
    try {
      const { staff } = await days.whoAmI();
      if (staff !== this.staff || !this.keep) {
        localStorage.setItem('staff', staff);
        this.staff = staff;
        await this.resume();
      }
      if (!this.keep) return;
      const told = await days.download(this.keep);
      [this.day, this.dayKey, this.trouble] = [told.day, told.dayKey, null];
      await this.look();
    } catch (error) {
      if (!(error instanceof days.NoDay)) throw error;
      this.trouble = error.why;
    } finally {
      this.busy = false;
    }
  }

  async send(): Promise<Sent> {
    if (!this.keep || !this.dayKey) return 'all';
    const sent = await sendAll(this.keep, this.dayKey, this.device, () => void this.look());
    this.trouble = sent === 'all' ? null : sent;
    await this.look();
    return sent;
  }

  /** Takes the day's people off the phone. What was not sent stays. */
  async end(): Promise<void> {
    if (!this.keep) return;
    await this.send();
    await ask('/phone/shift/end', { method: 'POST' }).catch(() => null);
    await wipe(this.keep);
    await this.keep.delete('facts', 'arrived');
    [this.day, this.arrived] = [null, {}];
    if ((await unsent(this.keep)) === 0) this.dayKey = ((await this.keep.get('keys', 'day')) as CryptoKey | undefined) ?? null;
    await this.look();
    location.hash = '/';
  }

  stop(visit: string): days.Stop | null {
    return this.day?.stops.find((it) => it.visit === visit) ?? null;
  }

  async now(): Promise<number> {
    return now(((await this.keep?.get('facts', 'anchor')) as Anchor | undefined) ?? null);
  }

  /** Whether a visit may be opened now: only under a lease that has not run out. */
  async mayOpen(stop: days.Stop): Promise<Fault | null> {
    if (!this.keys || !this.day) return 'missing';
    const holder = { visit: stop.visit, staff: this.day.staff.id, key: this.keys.publicKey };
    return fault(stop.lease, this.day.key, holder, await this.now());
  }

  /** Records what happened at a door: all of it or nothing. */
  async record(visit: string, told: Told[], drafts: string[] = []): Promise<void> {
    if (!this.keep || !this.dayKey || !this.keys) throw new Error('nobody is signed in on this phone');
    const lease = this.arrived[visit]?.lease ?? null;
    const all = { device: this.device, visit, lease, pack: this.day?.pack ?? '' };
    await make(this.keep, this.dayKey, this.keys, told.map((it) => ({ evidence: [], doubts: [], ...it, ...all })), drafts);
    await this.look();
  }

  /** Saves what was answered as signed records: what happened, and what was agreed or taken. */
  async saveVisit(stop: days.Stop, answers: Answers): Promise<void> {
    const met = answers.unsafe ? 'nobody' : answers.met;
    const isVerified = met === 'debtor' && answers.identity === 'verified';
    const asked = questions(answers, stop.may_take_money, stop.means !== null);
    if (this.sounding === stop.visit) await this.endSound();
    const sounds = ((await this.keep?.get('facts', `sound-${stop.visit}`)) as EvidenceRef[] | undefined) ?? [];
    // A photo is a paper of theirs only where they stood there themselves; the signed record says which is one.
    const photos = answers.photos.map((it) => ({ ...it, kind: isVerified ? it.kind : 'photo' }));
    const evidence = [...sounds, ...(asked.includes('photos') ? photos : []), ...(asked.includes('signature') && answers.signature ? [answers.signature] : [])];
    const body = {
      met,
      identity_verified: isVerified,
      circumstances: asked.includes('stand') && answers.stand ? answers.stand : null,
      asked_to_leave: asked.includes('seen') && answers.seen.includes('leave'),
      distress: asked.includes('seen') && answers.seen.includes('distress'),
      debt_told_to_other: asked.includes('seen') && answers.seen.includes('told'),
      felt_unsafe: answers.unsafe,
      signed_name: asked.includes('signature') ? answers.signed_name : '',
      words: answers.words,
    };
    const told: Told[] = [{ kind: 'doorstep', body, evidence }];
    if (asked.includes('outcome') && answers.outcome === 'promise') {
      told.push({ kind: 'promise', body: { amount_minor: minor(answers.amount) ?? 0, due_on: answers.due_on } });
    }
    if (asked.includes('rest') && statesMeans(answers, stop.means !== null)) told.push({ kind: 'means', body: stated(formOf(this.day), answers) });
    const offer = stop.options.find((it) => JSON.stringify(it.way) === answers.way);
    if (asked.includes('way') && offer && answers.signature) {
      const { way, a_month_minor, total_minor } = offer;
      const signed = { signature: answers.signature.sha256, signed_name: answers.signed_name };
      told.push({ kind: 'plan', body: { way, a_month_minor, total_minor, ...signed }, evidence: [answers.signature] });
    }
    if (asked.includes('money') && answers.money) told.push({ kind: 'money', body: { amount_minor: minor(answers.money) ?? 0 } });
    await this.record(stop.visit, told, [stop.visit]);
    void this.send();
  }

  /** Records sound at a door, where the law wants it. Says whether the phone can. */
  async beginSound(visit: string): Promise<boolean> {
    const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
    if (!stream) return false;
    await this.endSound();
    const recorder = new MediaRecorder(stream, { mimeType: 'audio/webm;codecs=opus', audioBitsPerSecond: 24_000 });
    const chunks: Blob[] = [];
    recorder.ondataavailable = (event) => chunks.push(event.data);
    this.recorded = new Promise((resolve) => {
      recorder.onstop = async () => {
        for (const track of stream.getTracks()) track.stop();
        if (this.keep && this.dayKey) {
          const kept = await keepEvidence(this.keep, this.dayKey, visit, 'audio', new Blob(chunks, { type: 'audio/webm' }));
          const before = ((await this.keep.get('facts', `sound-${visit}`)) as EvidenceRef[] | undefined) ?? [];
          await this.keep.put('facts', [...before, kept], `sound-${visit}`);
          await this.look();
        }
        resolve();
      };
    });
    recorder.start();
    this.recorder = recorder;
    this.sounding = visit;
    return true;
  }

  /** Ends the recording and keeps it. */
  async endSound(): Promise<void> {
    if (this.recorder?.state === 'recording') this.recorder.stop();
    await this.recorded;
    [this.recorder, this.sounding] = [null, null];
  }

  /** Calls for help. The place is asked for only now. Says whether the server heard it. */
  async help(visit: string | null): Promise<boolean> {
    const told = async (place: unknown) =>
      ask('/phone/help', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ visit, place }) })
        .then((answer) => answer.ok)
        .catch(() => false);
    const heard = await told(null);
    // First the call, then where: a place may take seconds.
    void whereAmI().then(({ place }) => place && told(place));
    return heard;
  }

  /** "I am here." */
  async arrive(stop: days.Stop): Promise<Fault | null> {
    const closed = await this.mayOpen(stop);
    if (closed) return closed;
    const lease = stop.lease ? await sha256(utf8(stop.lease)) : null;
    this.arrived = { ...this.arrived, [stop.visit]: { lease, at: await this.now() } };
    const { place, doubts } = await whereAmI();
    await this.record(stop.visit, [{ kind: 'arrival', body: { place, lease: stop.lease }, doubts }]);
    await this.keep?.put('facts', $state.snapshot(this.arrived), 'arrived');
    void this.send();
    return null;
  }

  async draft(visit: string): Promise<Answers> {
    const kept = await this.keep?.get('drafts', visit);
    if (!kept || !this.dayKey) return nothing();
    return { ...nothing(), ...(JSON.parse(await unsealText(this.dayKey, kept)) as Answers) };
  }

  async keepDraft(visit: string, answers: Answers): Promise<void> {
    if (this.keep && this.dayKey) await this.keep.put('drafts', await seal(this.dayKey, JSON.stringify(answers)), visit);
  }

  async picture(sha256: string): Promise<string | null> {
    const kept = await this.keep?.get('evidence', sha256);
    if (!kept?.body || !this.dayKey) return null;
    return URL.createObjectURL(new Blob([await unseal(this.dayKey, kept.body)], { type: kept.type }));
  }
}

/** Where the phone is, asked only at the door; and what speaks against believing it. */
async function whereAmI(): Promise<{ place: { latitude: number; longitude: number; accuracy_m: number } | null; doubts: string[] }> {
  if (!('geolocation' in navigator)) return { place: null, doubts: ['no-place'] };
  const found = await new Promise<GeolocationPosition | null>((resolve) =>
    navigator.geolocation.getCurrentPosition(resolve, () => resolve(null), { timeout: 4_000, maximumAge: 0, enableHighAccuracy: true }),
  );
  if (!found) return { place: null, doubts: ['no-place'] };
  const { latitude, longitude, accuracy } = found.coords;
  const doubts: string[] = [];
  // A satellite fix is never this exact; a made-up one often is.
  if (accuracy <= 1 || (Number.isInteger(latitude * 1000) && Number.isInteger(longitude * 1000))) doubts.push('place-looks-made-up');
  const at = Date.now();
  const before = (globalThis as { lastPlace?: { latitude: number; longitude: number; at: number } }).lastPlace;
  if (before) {
    const metres = Math.hypot((latitude - before.latitude) * 111_000, (longitude - before.longitude) * 111_000 * Math.cos((latitude * Math.PI) / 180));
    if (metres / Math.max(1, (at - before.at) / 1000) > 60 && metres > 500) doubts.push('speed-impossible');
  }
  (globalThis as { lastPlace?: unknown }).lastPlace = { latitude, longitude, at };
  return { place: { latitude, longitude, accuracy_m: Math.round(accuracy) }, doubts };
}

export const app = new App();
export { PAGE };
