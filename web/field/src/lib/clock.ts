// Time on a phone whose clock nobody trusts: the server's time from the last contact, and how far the monotonic clock has come
// since. A clock that jumps is written down, not hidden.

/** The server's word on the time, signed for this device. */
export interface ServerTime { at: string; token: string }

/** A contact with the server, as the phone's own clocks saw it. `page` tells whether the monotonic clock still counts. */
export interface Anchor { time: ServerTime; wall: number; monotonic: number; page: string }

/** This run of the page. The monotonic clock begins anew with each. */
export const PAGE = crypto.randomUUID();

export const anchor = (time: ServerTime): Anchor => ({ time, wall: Date.now(), monotonic: performance.now(), page: PAGE });

/** What a record says of its time. */
export interface Said {
  /** The phone's own clock. */
  said_at: string;
  /** The server's signed time before it. */
  token: string | null;
  /** Milliseconds since then, by the monotonic clock if the page still runs, else by the wall clock. */
  after_ms: number | null;
  by: 'monotonic' | 'wall' | 'none';
}

/** More than this between two clocks of one phone is a jump. */
const JUMP_MS = 120_000;

export function say(from: Anchor | null, doubts: string[]): Said {
  const said_at = new Date().toISOString();
  if (!from) {
    doubts.push('no-server-time');
    return { said_at, token: null, after_ms: null, by: 'none' };
  }
  const wall = Date.now() - from.wall;
  if (from.page !== PAGE) {
    if (wall < 0) doubts.push('clock-went-back');
    return { said_at, token: from.time.token, after_ms: Math.max(0, Math.round(wall)), by: 'wall' };
  }
  const monotonic = performance.now() - from.monotonic;
  if (Math.abs(wall - monotonic) > JUMP_MS) doubts.push('clock-jumped');
  return { said_at, token: from.time.token, after_ms: Math.round(monotonic), by: 'monotonic' };
}

/** The best the phone knows of the time, in milliseconds since 1970. */
export function now(from: Anchor | null): number {
  if (!from) return Date.now();
  const passed = from.page === PAGE ? performance.now() - from.monotonic : Math.max(0, Date.now() - from.wall);
  return Date.parse(from.time.at) + passed;
}
