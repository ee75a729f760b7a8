// Cobblestone-256 (c2sp.org/chunked-encryption with SHA-512 and AES-256-GCM; spec/sealed.md, "Stream").

import { gcm } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';

import { bigEndian, concat, same, utf8 } from './bytes.mjs';
import { Refused } from './refused.mjs';

const CHUNK = 16_384;
const TAG = 16;
const LABEL = utf8('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0');

// HKDF-Expand (RFC 5869). The library's refuses a key shorter than SHA-512's output, and ours has 32 bytes.
function expand(key, info, size) {
  let [block, out] = [new Uint8Array(0), new Uint8Array(0)];
  for (let number = 1; out.length < size; number += 1) {
    block = hmac(sha512, key, concat(block, info, Uint8Array.of(number)));
    out = concat(out, block);
  }
  return out.subarray(0, size);
}

const tampered = (why) => new Refused('content-tampered', { why });

function nonceOf(base, number) {
  const nonce = base.slice();
  bigEndian(number, 12).forEach((byte, at) => { nonce[at] ^= byte; });
  return nonce;
}

/** The whole plaintext, or a refusal; nothing of it is given out before the last chunk held (rule 7). */
export function decrypt(key, context, stream) {
  if (stream.length < 56) throw tampered('truncated');
  const [salt, commitment] = [stream.subarray(0, 24), stream.subarray(24, 56)];
  const derived = expand(key, concat(LABEL, salt, context), 32 + 12 + 32);
  if (!same(derived.subarray(44), commitment)) throw tampered('tag');
  const chunks = [];
  let at = 56;
  for (let number = 0; ; number += 1) {
    const chunk = stream.subarray(at, at + CHUNK + TAG);
    const last = chunk.length < CHUNK + TAG;
    try {
      chunks.push(gcm(derived.subarray(0, 32), nonceOf(derived.subarray(32, 44), number)).decrypt(chunk));
    } catch {
      // A last chunk that was cut and one that was changed look alike; a whole one was changed.
      throw tampered(last ? 'truncated' : 'tag');
    }
    at += chunk.length;
    if (last) return concat(...chunks);
  }
}
