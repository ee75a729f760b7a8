// A root's fingerprint as a person hands it on (spec/credential.md, "Bootstrap").

import { bigEndian, unhex } from './bytes.mjs';
import { Refused } from './refused.mjs';

const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** Ten groups of four letters, which are 25 bytes; or hex, of 25 to 32 bytes. */
export function readFingerprint(text) {
  const plain = text.replaceAll('-', '').toUpperCase();
  if (/^([0-9A-F]{2}){25,32}$/.test(plain)) return unhex(plain);
  const known = plain.length === 40 && [...plain].every((each) => LETTERS.includes(each));
  if (!known) throw new Refused('fingerprint-malformed');
  return bigEndian([...plain].reduce((value, each) => value * 32n + BigInt(LETTERS.indexOf(each)), 0n), 25);
}
