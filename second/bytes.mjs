// Bytes, and nothing about what they mean.

const TEXT = new TextEncoder();
const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (text) => TEXT.encode(text);
export const concat = (...parts) => new Uint8Array(Buffer.concat(parts));
export const hex = (bytes) => Buffer.from(bytes).toString('hex');
export const unhex = (text) => new Uint8Array(Buffer.from(text, 'hex'));
export const same = (a, b) => a.length === b.length && Buffer.compare(a, b) === 0;
export const latin1 = (bytes) => Buffer.from(bytes).toString('latin1');

/** Text, or null where the bytes are not UTF-8. */
export function fromUtf8(bytes) {
  try {
    return STRICT.decode(bytes);
  } catch {
    return null;
  }
}

/** A number big-endian on `size` bytes. */
export function bigEndian(value, size) {
  let rest = BigInt(value);
  const out = new Uint8Array(size);
  for (let at = size - 1; at >= 0; at -= 1, rest >>= 8n) out[at] = Number(rest & 255n);
  if (rest !== 0n) throw new RangeError('number too large for its field');
  return out;
}

export const fromBigEndian = (bytes) => BigInt(`0x${hex(bytes) || '0'}`);

/** Standard Base64 in its one spelling, or null: padded, and no bit set that no byte uses. */
export function fromBase64(text) {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : null;
}

/** base64url without padding, in its one spelling, or null. */
export function fromBase64url(text) {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? new Uint8Array(bytes) : null;
}
