// A secret under a passphrase (spec/keystore.md).

import { gcm } from '@noble/ciphers/aes.js';
import { argon2id } from '@noble/hashes/argon2.js';

import { utf8 } from './bytes.mjs';
import { Refused, malformed } from './refused.mjs';
import { Locked, parse } from './shapes.mjs';

export function unlock(bytes, passphrase, purpose) {
  const lock = parse(Locked, bytes);
  if (lock.cost.memory < 8 * lock.cost.lanes) throw malformed('locked', 'cost');
  if (lock.purpose !== purpose) throw new Refused('passphrase-wrong');
  const { memory, passes, lanes } = lock.cost;
  const key = argon2id(utf8(passphrase.normalize('NFC')), lock.salt, { m: memory, t: passes, p: lanes, dkLen: 32 });
  try {
    return gcm(key, lock.nonce, utf8(purpose)).decrypt(lock.sealed);
  } catch {
    throw new Refused('passphrase-wrong');
  }
}
