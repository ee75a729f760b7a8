// The two suites: keys, key names, digests, signatures (spec/suites.md).

import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p384 } from '@noble/curves/nist.js';
import { sha256, sha384 } from '@noble/hashes/sha2.js';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';

import { bigEndian, concat, utf8 } from './bytes.mjs';
import { KEMS, p384Scalar, wrappingKey } from './hpke.mjs';
import { treeRoot } from './merkle.mjs';
import { Refused } from './refused.mjs';

const Ed25519 = {
  publicSize: 32, signatureSize: 64, seedSize: 32,
  publicOf: (seed) => ed25519.getPublicKey(seed),
  sign: (seed, message) => ed25519.sign(message, seed),
  // RFC 8032, not the laxer ZIP 215 that the library takes by default.
  verify: (key, message, signature) => ed25519.verify(signature, message, key, { zip215: false }),
  isWeak: (key) => weakEd25519(key),
};

const Ecdsa384 = {
  publicSize: 97, signatureSize: 96, seedSize: 48,
  publicOf: (seed) => p384.getPublicKey(p384Scalar(seed), false),
  verify: (key, message, signature) => p384.verify(signature, message, key, { lowS: true, prehash: true }),
  isWeak(key) {
    try {
      return key[0] !== 4 || !p384.Point.fromBytes(key);
    } catch {
      return true;
    }
  },
};

const suite = (number, classical, dsa, dsaPublic, dsaSignature, kem, hash) => ({
  number, name: `antin-${number}`, classical, dsa, dsaSignature, kem, hash,
  signingSize: classical.publicSize + dsaPublic,
});

export const SUITES = new Map([
  [1, suite(1, Ed25519, ml_dsa65, 1952, 3309, KEMS[0x647a], sha256)],
  [2, suite(2, Ecdsa384, ml_dsa87, 2592, 4627, KEMS[0x0051], sha384)],
]);

export function suiteOf(number) {
  if (!SUITES.has(number)) throw new Refused('suite-unknown', { suite: number });
  return SUITES.get(number);
}

export const objectDigest = (bytes) => sha256(bytes);

/** The suite's hash over each part behind its length. */
export function suiteDigest(of, ...parts) {
  return of.hash(concat(...parts.flatMap((part) => [bigEndian(part.length, 8), part])));
}

const DOCUMENT_PIECE = 1 << 20;

/** What names a document: the suite's hash over salt, size, and the root over its pieces of 1 MiB (spec/sealed.md). */
export function documentDigest(of, salt, document) {
  const leaves = [];
  for (let at = 0; at < document.length || at === 0; at += DOCUMENT_PIECE) {
    leaves.push(of.hash(concat(Uint8Array.of(0), document.subarray(at, at + DOCUMENT_PIECE))));
  }
  const root = treeRoot(leaves, (left, right) => of.hash(concat(Uint8Array.of(1), left, right)));
  return suiteDigest(of, utf8('antin/document/1'), salt, bigEndian(document.length, 8), root);
}

const kid = (label, number, key) => sha256(concat(utf8(label), Uint8Array.of(number), key));
export const signingKid = (number, key) => kid('antin/signing-key/1', number, key);
export const wrappingKid = (number, key) => kid('antin/wrapping-key/1', number, key);

/** A wrapping key and its name. A bare seed does not say its suite; its length does: 64 ‖ 32 or 64 ‖ 48. */
export function wrappingFrom(seed) {
  const of = [...SUITES.values()].find((each) => each.kem.seedSize === seed.length);
  if (!of) throw new Refused('key-malformed', { why: 'size' });
  const wrapping = wrappingKey(of.kem, seed);
  return { wrapping, wrappingKid: wrappingKid(of.number, wrapping.public) };
}

/** All keys from seeds, as the vectors and key files give them. */
export function keysFrom(of, signingSeed, wrappingSeed) {
  const [first, second] = [signingSeed.subarray(0, of.classical.seedSize), signingSeed.subarray(of.classical.seedSize)];
  const signing = concat(of.classical.publicOf(first), of.dsa.keygen(second).publicKey);
  return { number: of.number, signing, signingKid: signingKid(of.number, signing), ...wrappingFrom(wrappingSeed) };
}

const holds = (verify) => {
  try {
    return verify();
  } catch {
    return false; // a library that cannot read a signature has not verified it
  }
};

export const context = (of, type) => utf8(`${of.name} ${type}`);

/** Refuses unless every signature that the type demands holds (spec/suites.md, "Verification"). */
export function verify(of, key, type, message, signatures) {
  const split = of.classical.publicSize;
  const [classical, dsa] = signatures;
  const good = key.length === of.signingSize
    && classical.length === of.classical.signatureSize
    && holds(() => of.classical.verify(key.subarray(0, split), message, classical))
    && (dsa === undefined || (dsa.length === of.dsaSignature
      && holds(() => of.dsa.verify(dsa, message, key.subarray(split), { context: context(of, type) }))));
  if (!good) throw new Refused('signature-invalid', { type });
}

/** One half of a journal's key: Ed25519 for 0, ML-DSA-44 for 1. */
export function verifyJournal(journal, half, message, signature, label) {
  return half === 0
    ? holds(() => Ed25519.verify(journal.subarray(0, 32), message, signature))
    : signature.length === 2420
      && holds(() => ml_dsa44.verify(signature, message, journal.subarray(32), { context: label }));
}

/** Not canonical, or of small order (spec/suites.md, rule 6). */
export function weakEd25519(key) {
  try {
    return ed25519.Point.fromBytes(key, false).isSmallOrder();
  } catch {
    return true; // not canonical, or no point
  }
}

const PRIME = (1n << 255n) - 19n;

export function weakX25519(key) {
  let value = 0n;
  for (let at = 31; at >= 0; at -= 1) value = (value << 8n) | BigInt(key[at]);
  if (value >= PRIME) return true;
  try {
    x25519.scalarMult(new Uint8Array(32).fill(1), key); // the library refuses an all-zero result
    return false;
  } catch {
    return true;
  }
}

export function refuseWeak(of, signing, wrapping, journal) {
  const split = of.classical.publicSize;
  const weak = of.classical.isWeak(signing.subarray(0, split))
    || wrapping.some((key) => (of.number === 1 ? weakX25519(key.subarray(1184)) : Ecdsa384.isWeak(key.subarray(1568))))
    || (journal.length > 0 && weakEd25519(journal.subarray(0, 32)));
  if (weak) throw new Refused('key-malformed', { why: 'small-order-or-not-canonical' });
}
