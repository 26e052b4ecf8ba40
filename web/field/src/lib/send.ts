// Sending what waits, in the order it was made, until the server's receipt for it came. A send that fails changes nothing but
// the count of tries: there is no number of failures after which anything is thrown away.
import { anchor, type ServerTime } from './clock';
import { unseal, unsealText, type Keep, type Kept, type Reason } from './keep';
import type { Envelope } from './record';

/** The server's receipt for one record. */
export interface Receipt { record: string; hash: string; state: 'recorded' | 'beside' | 'quarantined'; reasons: Reason[]; received_at: string }

interface Answer { receipts: Receipt[]; expected: { sequence: number }; time: ServerTime }

/** How a try to send ended. */
export type Sent = 'all' | 'offline' | 'sign-in' | 'refused';

/** Records a request carries at most; the server takes no longer ones. */
const BATCH = 20;

export async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { ...init, signal: AbortSignal.timeout(20_000), credentials: 'same-origin', cache: 'no-store' });
}

/** Sends everything that waits. Only one send runs at a time, over all open tabs. */
export function sendAll(keep: Keep, dayKey: CryptoKey, device: string, changed: () => void): Promise<Sent> {
  return navigator.locks.request('forbear-send', async () => {
    const records = await sendRecords(keep, dayKey, device, changed);
    return records === 'all' ? sendEvidence(keep, dayKey, device, changed) : records;
  });
}

async function sendRecords(keep: Keep, dayKey: CryptoKey, device: string, changed: () => void): Promise<Sent> {
  for (;;) {
    const waiting = (await keep.getAllFromIndex('records', 'sequence')).filter((it) => it.state === 'waiting').slice(0, BATCH);
    if (waiting.length === 0) return 'all';
    const envelopes: Envelope[] = [];
    for (const it of waiting) if (it.envelope) envelopes.push(JSON.parse(await unsealText(dayKey, it.envelope)) as Envelope);
    const answer = await post(device, envelopes);
    if (typeof answer === 'string') {
      await countTries(keep, waiting);
      changed();
      return answer;
    }
    await keep.put('facts', anchor(answer.time), 'anchor');
    const settled = await settle(keep, waiting, answer.receipts);
    changed();
    if (settled === 0) return 'refused';
  }
}

async function post(device: string, records: Envelope[]): Promise<Answer | 'offline' | 'sign-in' | 'refused'> {
  try {
    const answer = await ask('/phone/records', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device, records }),
    });
    if (answer.status === 401 || answer.status === 403) return 'sign-in';
    if (!answer.ok) return answer.status >= 500 ? 'offline' : 'refused';
    return (await answer.json()) as Answer;
  } catch {
    return 'offline';
  }
}

async function countTries(keep: Keep, waiting: Kept[]): Promise<void> {
  const tx = keep.transaction('records', 'readwrite');
  for (const it of waiting) {
    const now = await tx.store.get(it.record);
    if (now) await tx.store.put({ ...now, tries: now.tries + 1 });
  }
  await tx.done;
}

/** Takes the receipts in. Only a receipt for the very hash that was sent lets a record go. */
async function settle(keep: Keep, waiting: Kept[], receipts: Receipt[]): Promise<number> {
  const tx = keep.transaction('records', 'readwrite', { durability: 'strict' });
  let settled = 0;
  for (const it of waiting) {
    const receipt = receipts.find((receipt) => receipt.record === it.record && receipt.hash === it.hash);
    const now = await tx.store.get(it.record);
    if (!receipt || !now) continue;
    const isSent = receipt.state === 'recorded';
    // What the server put aside stays readable here until somebody has looked at it.
    await tx.store.put({ ...now, state: isSent ? 'sent' : 'problem', envelope: isSent ? null : now.envelope, reasons: receipt.reasons });
    settled += 1;
  }
  await tx.done;
  return settled;
}

async function sendEvidence(keep: Keep, dayKey: CryptoKey, device: string, changed: () => void): Promise<Sent> {
  const waiting = (await keep.getAll('evidence')).filter((it) => it.state === 'waiting');
  for (const it of waiting) {
    if (!it.body) continue;
    const body = await unseal(dayKey, it.body);
    let answer: Response;
    try {
      answer = await ask(`/phone/evidence/${it.sha256}?visit=${it.visit}&device=${device}&kind=${it.kind}`, {
        method: 'PUT', headers: { 'content-type': it.type }, body,
      });
    } catch {
      await keep.put('evidence', { ...it, tries: it.tries + 1 });
      return 'offline';
    }
    if (answer.status === 401 || answer.status === 403) return 'sign-in';
    if (answer.status >= 500) {
      await keep.put('evidence', { ...it, tries: it.tries + 1 });
      return 'offline';
    }
    const told = (await answer.json().catch(() => null)) as { sha256?: string; detail?: string } | null;
    if (answer.ok && told?.sha256 === it.sha256) await keep.put('evidence', { ...it, state: 'sent', body: null });
    else await keep.put('evidence', { ...it, state: 'problem', reasons: [{ rule: told?.detail ?? String(answer.status), says: {} }] });
    changed();
  }
  return 'all';
}
