// What the phone keeps. Personal data lies here only under an AES-GCM key that the browser holds and never shows; what waits to
// be sent leaves only when the server's receipt for it has come.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { utf8 } from './bytes';

/** Bytes under the day's key. */
export interface Sealed { iv: Uint8Array<ArrayBuffer>; bytes: ArrayBuffer }

/** A rule with its sentence in each language. */
export interface Reason { rule: string; says: Record<string, string> }

/** Where a record stands. A draft is not a record yet and lies in `drafts`. */
export type State = 'waiting' | 'sent' | 'problem';

/** A record as it waits, or as it was answered. */
export interface Kept {
  record: string;
  sequence: number;
  hash: string;
  visit: string;
  kind: string;
  made_at: number;
  state: State;
  /** The envelope, sealed. Gone once a receipt came. */
  envelope: Sealed | null;
  /** Rules and reasons from the receipt. */
  reasons: Reason[];
  tries: number;
}

/** A photo, a signature or a sound, sealed, until the server's receipt for these very bytes came. */
export interface KeptEvidence { sha256: string; visit: string; kind: string; bytes: number; type: string; state: State; body: Sealed | null; reasons: Reason[]; tries: number }

interface Tables extends DBSchema {
  keys: { key: string; value: CryptoKey | CryptoKeyPair };
  facts: { key: string; value: unknown };
  day: { key: string; value: Sealed };
  drafts: { key: string; value: Sealed };
  records: { key: string; value: Kept; indexes: { sequence: number } };
  evidence: { key: string; value: KeptEvidence };
}

export type Keep = IDBPDatabase<Tables>;

/** Opens what this phone keeps for one member of staff. Two who share a phone never see each other's. */
export function open(staff: string): Promise<Keep> {
  return openDB<Tables>(`forbear-field-${staff}`, 1, {
    upgrade(db) {
      for (const name of ['keys', 'facts', 'day', 'drafts'] as const) db.createObjectStore(name);
      db.createObjectStore('records', { keyPath: 'record' }).createIndex('sequence', 'sequence', { unique: true });
      db.createObjectStore('evidence', { keyPath: 'sha256' });
    },
  });
}

export async function seal(key: CryptoKey, body: Uint8Array<ArrayBuffer> | string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, typeof body === 'string' ? utf8(body) : body);
  return { iv, bytes };
}

export async function unseal(key: CryptoKey, sealed: Sealed): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv }, key, sealed.bytes));
}

export const unsealText = async (key: CryptoKey, sealed: Sealed): Promise<string> => new TextDecoder().decode(await unseal(key, sealed));

/** Whether anything still waits for a receipt. */
export async function unsent(keep: Keep): Promise<number> {
  const [records, evidence] = await Promise.all([keep.getAll('records'), keep.getAll('evidence')]);
  return records.filter((it) => it.state === 'waiting').length + evidence.filter((it) => it.state === 'waiting').length;
}

/** Takes the day's people off the phone. What was not sent stays, with the key that opens it. */
export async function wipe(keep: Keep): Promise<void> {
  await keep.clear('day');
  const tx = keep.transaction(['records', 'evidence', 'keys', 'drafts'], 'readwrite');
  for (const table of ['records', 'evidence'] as const) {
    for await (const cursor of tx.objectStore(table)) if (cursor.value.state === 'sent') await cursor.delete();
  }
  const left = (await tx.objectStore('records').count()) + (await tx.objectStore('evidence').count()) + (await tx.objectStore('drafts').count());
  if (left === 0) await tx.objectStore('keys').delete('day');
  await tx.done;
}
