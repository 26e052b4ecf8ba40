// Bytes as text, and the digests that name things.

/** Lower-case hexadecimal. */
export const hex = (bytes: ArrayBuffer | Uint8Array): string =>
  Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Base 64 as in RFC 4648 section 4. */
export const base64 = (bytes: ArrayBuffer | Uint8Array): string => {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
};

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

export const sha256 = async (bytes: BufferSource): Promise<string> => hex(await crypto.subtle.digest('SHA-256', bytes));

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A fresh id of 64 random bits: 13 characters of Crockford's base 32, the form of every id in the book. */
export function newId(): string {
  let bits = crypto.getRandomValues(new BigUint64Array(1))[0] ?? 0n;
  let text = '';
  for (let place = 0; place < 13; place++, bits >>= 5n) text = (ALPHABET[Number(bits & 31n)] ?? '0') + text;
  return text;
}
