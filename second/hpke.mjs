// HPKE (RFC 9180) in base mode, one message, with the hybrid KEMs and the one-stage KDF of spec/suites.md.

import { gcm } from '@noble/ciphers/aes.js';
import { p384 } from '@noble/curves/nist.js';
import { x25519 } from '@noble/curves/ed25519.js';
import { sha3_256, shake256 } from '@noble/hashes/sha3.js';
import { ml_kem1024, ml_kem768 } from '@noble/post-quantum/ml-kem.js';

import { bigEndian, concat, fromBigEndian, utf8 } from './bytes.mjs';
import { Refused } from './refused.mjs';

const KDF = 0x0011; // SHAKE256, Nh = 64
const AEAD = 0x0002; // AES-256-GCM, Nk = 32, Nn = 12
const EMPTY = new Uint8Array(0);

/** A P-384 scalar from a seed (spec/suites.md). */
export function p384Scalar(seed) {
  const order = p384.Point.Fn.ORDER;
  return bigEndian((fromBigEndian(seed) % (order - 1n)) + 1n, 48);
}

const X25519 = {
  size: 32,
  key: (seed) => seed,
  publicOf: (secret) => x25519.getPublicKey(secret),
  shared: (secret, point) => x25519.getSharedSecret(secret, point),
};

// A point travels uncompressed; what is shared is its x coordinate.
const P384 = {
  size: 97,
  key: p384Scalar,
  publicOf: (secret) => p384.getPublicKey(secret, false),
  shared: (secret, point) => p384.getSharedSecret(secret, point, false).subarray(1, 49),
};

export const KEMS = {
  0x647a: {
    id: 0x647a, lattice: ml_kem768, seedSize: 96, cipher: 1088, curve: X25519, label: utf8('\\.//^\\'),
  },
  0x0051: {
    id: 0x0051, lattice: ml_kem1024, seedSize: 112, cipher: 1568, curve: P384, label: utf8('MLKEM1024-P384'),
  },
};

/** Both halves of a wrapping key from its seed: 64 bytes for ML-KEM (d ‖ z), the rest for the curve. */
export function wrappingKey(kem, seed) {
  const lattice = kem.lattice.keygen(seed.subarray(0, 64));
  const secret = kem.curve.key(seed.subarray(64));
  return { kem, lattice: lattice.secretKey, secret, public: concat(lattice.publicKey, kem.curve.publicOf(secret)) };
}

function combine(kem, latticeShared, curveShared, curveCipher, curvePublic) {
  return sha3_256(concat(latticeShared, curveShared, curveCipher, curvePublic, kem.label));
}

const prefixed = (bytes) => concat(bigEndian(bytes.length, 2), bytes);

function schedule(kem, shared, info) {
  const suite = concat(utf8('HPKE'), bigEndian(kem.id, 2), bigEndian(KDF, 2), bigEndian(AEAD, 2));
  const size = 32 + 12 + 64;
  const secrets = concat(prefixed(EMPTY), prefixed(shared)); // psk, shared secret
  const context = concat(Uint8Array.of(0), prefixed(EMPTY), prefixed(info)); // mode base, psk id, info
  const input = concat(secrets, utf8('HPKE-v1'), suite, prefixed(utf8('secret')), bigEndian(size, 2), context);
  const out = shake256(input, { dkLen: size });
  return gcm(out.subarray(0, 32), out.subarray(32, 44));
}

/** Plaintext of encapsulation ‖ ciphertext; whatever is wrong is `wrap-invalid` and no more. */
export function open(key, wrapped, info) {
  const { kem } = key;
  const split = kem.cipher + kem.curve.size;
  if (wrapped.length < split + 16) throw new Refused('wrap-invalid');
  try {
    const curveCipher = wrapped.subarray(kem.cipher, split);
    const shared = combine(
      kem, kem.lattice.decapsulate(wrapped.subarray(0, kem.cipher), key.lattice),
      kem.curve.shared(key.secret, curveCipher), curveCipher, key.public.subarray(key.public.length - kem.curve.size),
    );
    return schedule(kem, shared, info).decrypt(wrapped.subarray(split));
  } catch {
    throw new Refused('wrap-invalid');
  }
}
