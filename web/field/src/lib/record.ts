// Records: made under an id of the phone's, linked by hash to the one before, signed by the device's key. The header holds no
// personal data and goes into the log as it stands; the body is kept beside it under a salted digest.
import { base64, hex, newId, sha256, utf8 } from './bytes';
import { say, type Anchor } from './clock';
import { seal, type Keep, type Kept, type KeptEvidence } from './keep';

/** The form of a record. The server goes on taking older ones. */
export const FORM = 1;

export const GENESIS = '0'.repeat(64);

/** What goes to the server. */
export interface Envelope { header: string; signature: string; salt: string; body: string }

export interface EvidenceRef { sha256: string; kind: string; bytes: number }

/** The end of this phone's chain. */
export interface Head { sequence: number; hash: string }

export interface Making {
  device: string;
  visit: string;
  kind: 'arrival' | 'doorstep' | 'promise' | 'means' | 'plan' | 'money' | 'departure';
  body: unknown;
  evidence: EvidenceRef[];
  /** SHA-256 of the lease the visit was opened under. */
  lease: string | null;
  pack: string;
  doubts: string[];
}

/** Makes records and keeps them, all or none, and takes away the drafts they were made of. They are on the phone's disk, with the
 *  new end of the chain, when this returns. */
export async function make(keep: Keep, dayKey: CryptoKey, keys: CryptoKeyPair, makings: Making[], drafts: string[] = []): Promise<void> {
  await navigator.locks.request('forbear-chain', async () => {
    let head = ((await keep.get('facts', 'head')) as Head | undefined) ?? { sequence: 0, hash: GENESIS };
    const made: Kept[] = [];
    for (const making of makings) {
      const kept = await sign(keep, dayKey, keys, making, head);
      head = { sequence: kept.sequence, hash: kept.hash };
      made.push(kept);
    }
    // One transaction: a phone that dies here has all of it or none of it.
    const tx = keep.transaction(['records', 'facts', 'drafts'], 'readwrite', { durability: 'strict' });
    for (const kept of made) await tx.objectStore('records').add(kept);
    await tx.objectStore('facts').put(head, 'head');
    for (const draft of drafts) await tx.objectStore('drafts').delete(draft);
    await tx.done;
  });
}

/** One record after `head`, signed and sealed. */
async function sign(keep: Keep, dayKey: CryptoKey, keys: CryptoKeyPair, making: Making, head: Head): Promise<Kept> {
  const anchor = ((await keep.get('facts', 'anchor')) as Anchor | undefined) ?? null;
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const body = JSON.stringify(making.body);
  const digest = await sha256(new Uint8Array([...salt, ...utf8(body)]));
  const doubts = [...making.doubts];
  const time = say(anchor, doubts);
  const record = newId();
  const header = JSON.stringify({
    form: FORM,
    record,
    device: making.device,
    sequence: head.sequence + 1,
    previous: head.hash,
    visit: making.visit,
    kind: making.kind,
    ...time,
    lease: making.lease,
    pack: making.pack,
    body: digest,
    evidence: making.evidence,
    doubts,
  });
  const signature = base64(await crypto.subtle.sign({ name: 'Ed25519' }, keys.privateKey, utf8(header)));
  const hash = await sha256(utf8(header));
  const envelope: Envelope = { header, signature, salt: base64(salt), body };
  return {
    record,
    sequence: head.sequence + 1,
    hash,
    visit: making.visit,
    kind: making.kind,
    made_at: Date.now(),
    state: 'waiting',
    envelope: await seal(dayKey, JSON.stringify(envelope)),
    reasons: [],
    tries: 0,
  };
}

/** Keeps a photo, signature or sound. Write-once: the same bytes are the same evidence. */
export async function keepEvidence(keep: Keep, dayKey: CryptoKey, visit: string, kind: string, blob: Blob): Promise<EvidenceRef> {
  const body = new Uint8Array(await blob.arrayBuffer());
  const digest = hex(await crypto.subtle.digest('SHA-256', body));
  if (!(await keep.get('evidence', digest))) {
    const kept: KeptEvidence = {
      sha256: digest, visit, kind, bytes: body.length, type: blob.type, state: 'waiting', body: await seal(dayKey, body), reasons: [], tries: 0,
    };
    const tx = keep.transaction('evidence', 'readwrite', { durability: 'strict' });
    await tx.store.put(kept);
    await tx.done;
  }
  return { sha256: digest, kind, bytes: body.length };
}
