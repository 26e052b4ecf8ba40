// The day on the phone: downloaded, kept under the day's key, and taken off again.
import { base64, fromBase64, newId } from './bytes';
import { anchor, type ServerTime } from './clock';
import { seal, unsealText, wipe, type Keep, type Reason } from './keep';
import type { CreditorSort, FormLine } from './means';
import { ask } from './send';

/** A way out, worked out this morning, with its words in each language. */
export interface Offer {
  way: { way: string };
  a_month_minor: number;
  total_minor: number;
  /** Whether it has to fit the means. */
  asks_means: boolean;
  title: Record<string, string>;
  figures: Record<string, [string, string][]>;
  follows: Record<string, string[]>;
}

export interface Stop {
  visit: string;
  state: string;
  name: string;
  area: string | null;
  address: { city: string; line: string } | null;
  from: string | null;
  until: string | null;
  arrive_at: string | null;
  team: string[];
  overdue_minor: number;
  owed_minor: number;
  days_past_due: number;
  brief: string[];
  /** What the collector says first, once at the door. */
  code: Record<string, string> | null;
  lease: string | null;
  /** Rules that gave no lease, with what they say in each language. */
  refused: Reason[];
  may_take_money: boolean;
  wants_audio: boolean;
  options: Offer[];
  /** The means on file. */
  means: { stated_on: string; capacity_minor: number } | null;
}

export interface Day {
  schema: string;
  day: string;
  zone: string;
  currency: string;
  staff: { id: string; name: string; badge: string; registration: string | null; company: string };
  pack: string;
  means_form: FormLine[];
  /** Sorts of other creditors; a day from before they were asked for has none. */
  creditors?: CreditorSort[];
  watch_minutes: number;
  emergency: string;
  office_phone: string | null;
  has_pins: boolean;
  key: string;
  stops: Stop[];
}

interface Told extends Day { day_key: string; time: ServerTime }

/** Longest time without contact after which the day's people leave the phone. */
export const LONGEST_ALONE_MS = 12 * 3600_000;

/** The device's key pair, made here, never readable, even by us. */
export async function deviceKeys(keep: Keep): Promise<{ device: string; keys: CryptoKeyPair; isNew: boolean }> {
  const device = (await keep.get('facts', 'device')) as string | undefined;
  const keys = (await keep.get('keys', 'device')) as CryptoKeyPair | undefined;
  if (device && keys) return { device, keys, isNew: false };
  const made = (await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify'])) as CryptoKeyPair;
  const id = newId();
  const tx = keep.transaction(['facts', 'keys'], 'readwrite', { durability: 'strict' });
  await tx.objectStore('keys').put(made, 'device');
  await tx.objectStore('facts').put(id, 'device');
  await tx.done;
  return { device: id, keys: made, isNew: true };
}

export const publicKey = async (keys: CryptoKeyPair): Promise<string> => base64(await crypto.subtle.exportKey('raw', keys.publicKey));

/** Why the day could not be downloaded. */
export class NoDay extends Error {
  constructor(readonly why: 'offline' | 'sign-in' | 'refused') {
    super(why);
  }
}

async function tell<T>(path: string, init?: RequestInit): Promise<T> {
  const answer = await ask(path, init).catch(() => {
    throw new NoDay('offline');
  });
  if (answer.status === 401 || answer.status === 403) throw new NoDay('sign-in');
  if (!answer.ok) throw new NoDay(answer.status >= 500 ? 'offline' : 'refused');
  return (await answer.json()) as T;
}

/** Who is signed in, as the server says. */
export const whoAmI = (): Promise<{ staff: string }> => tell('/phone/me');

/** Enrols this phone, downloads the day and keeps it. */
export async function download(keep: Keep): Promise<{ day: Day; dayKey: CryptoKey }> {
  const { device, keys } = await deviceKeys(keep);
  await tell('/phone/devices', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ device, public_key: await publicKey(keys) }),
  });
  const { day_key, time, ...day } = await tell<Told>(`/phone/day?device=${device}`, { method: 'POST' });
  const pinned = (await keep.get('facts', 'book')) as string | undefined;
  // The key that signs leases is the one of the first sign-in; another one is not believed.
  if (pinned && pinned !== day.key) throw new NoDay('refused');
  const dayKey = ((await keep.get('keys', 'day')) as CryptoKey | undefined)
    ?? (await crypto.subtle.importKey('raw', fromBase64(day_key), 'AES-GCM', false, ['encrypt', 'decrypt']));
  const sealed = await seal(dayKey, JSON.stringify(day));
  const tx = keep.transaction(['facts', 'keys', 'day'], 'readwrite', { durability: 'strict' });
  await tx.objectStore('facts').put(day.key, 'book');
  await tx.objectStore('facts').put(anchor(time), 'anchor');
  await tx.objectStore('keys').put(dayKey, 'day');
  await tx.objectStore('day').put(sealed, 'day');
  await tx.done;
  return { day, dayKey };
}

/** The day as it lies on the phone, if it is still fit to be seen. */
export async function kept(keep: Keep): Promise<{ day: Day; dayKey: CryptoKey } | null> {
  const dayKey = (await keep.get('keys', 'day')) as CryptoKey | undefined;
  const sealed = await keep.get('day', 'day');
  const from = (await keep.get('facts', 'anchor')) as { wall: number } | undefined;
  if (!dayKey || !sealed) return null;
  if (!from || Math.abs(Date.now() - from.wall) > LONGEST_ALONE_MS) {
    await wipe(keep);
    return null;
  }
  return { day: JSON.parse(await unsealText(dayKey, sealed)) as Day, dayKey };
}
