// A body and the signatures that cover everything but themselves (spec/signed.md).

import { encode } from './cbor.mjs';
import { hex } from './bytes.mjs';
import { Refused, malformed } from './refused.mjs';
import { Signed, parse } from './shapes.mjs';
import { suiteOf, verify } from './suites.mjs';

const KiB = 1024;
const row = (most, hybrid, limit) => ({ most, hybrid, limit: limit * KiB });
const TYPES = new Map(Object.entries({
  'antin/credential/1': row(1, true, 24),
  'antin/request/1': row(1, true, 24),
  'antin/level-key/1': row(1, true, 8),
  'antin/handover/1': row(1, true, 8),
  'antin/record/1': row(9, true, 112),
  'antin/quick-record/1': row(1, false, 62),
  'antin/statement/1': row(1, true, 32),
  'antin/attached/1': row(2, true, 32),
  'antin/slip/1': row(1, false, 8),
  'antin/link-key/1': row(1, true, 8),
  'antin/file-statement/1': row(1, true, 16),
}));

/** A signed object of one of the expected types, its signatures not yet judged (steps 1 and 2). */
export function parseSigned(bytes, ...expected) {
  const object = parse(Signed, bytes);
  const { type, signers, signatures } = object;
  const rules = TYPES.get(type);
  if (!rules || !expected.includes(type)) throw malformed('signed', 'other-type');
  if (bytes.length > rules.limit) throw malformed('signed', 'too-large');
  if (signers.length > rules.most || signatures.length !== signers.length) {
    throw malformed('signed', 'wrong-signer-count');
  }
  if (signatures.some((each) => each.length !== (rules.hybrid ? 2 : 1))) {
    throw malformed('signed', 'wrong-signature-count');
  }
  if (new Set(signers.map(({ credential }) => hex(credential))).size !== signers.length) {
    throw malformed('signed', 'same-signer-twice');
  }
  return object;
}

/** What the signatures cover. */
export function messageOf(object) {
  const signers = object.signers.map(({ credential, use }) => [credential, use]);
  return encode(['antin/signed/1', object.type, object.suite, signers, object.body]);
}

/** Refuses unless `keys`, one for each signer, made the signatures (step 4). */
export function verifyUnder(object, keys) {
  const message = messageOf(object);
  object.signatures.forEach((each, at) => {
    verify(suiteOf(object.suite), keys[at], object.type, message, each);
  });
}

/** The object and its signers' credentials, found among those already believed (steps 3 and 4). */
export function verifySigned(object, believed) {
  const by = object.signers.map(({ credential }) => {
    const found = believed.get(hex(credential));
    if (!found) throw new Refused('credential-unknown', { credential: hex(credential) });
    // Rule 2: one suite for the object and its signers. Nothing that another suite made can hold here.
    if (found.suite !== object.suite) throw new Refused('signature-invalid', { type: object.type });
    return found;
  });
  verifyUnder(object, by.map((each) => each.subject.signing));
  return by;
}
