// What addresses a sealed document to one addressee (spec/slip.md).

import { encode } from './cbor.mjs';
import { same, utf8 } from './bytes.mjs';
import { open } from './hpke.mjs';
import { leads, leafHash } from './merkle.mjs';
import { Refused } from './refused.mjs';
import { Leaf, Slip, Wrapped, parse, write } from './shapes.mjs';
import { parseSigned, verifySigned } from './signed.mjs';
import { AGENCY, dominates } from './credential.mjs';
import { suiteDigest, suiteOf } from './suites.mjs';

export const leafOf = (slip) => leafHash(write(Leaf, slip.leaf));

/** What the wrap is bound to: every field but itself. A wrap moved elsewhere opens nothing (rule 4). */
export function infoOf(slip) {
  const fields = encode([
    slip.sender, slip.epoch, slip.sequence, write(Leaf, slip.leaf), slip.index, slip.count, slip.path, slip.suite,
    slip.statement, slip.sealed, slip.sealedSize, slip.kid,
  ]);
  return suiteDigest(suiteOf(slip.suite), utf8('antin/slip-info/1'), fields);
}

/** Steps 1 and 2. */
export function verifySlip(bytes, believed) {
  const object = parseSigned(bytes, 'antin/slip/1');
  const [sender] = verifySigned(object, believed);
  const slip = parse(Slip, object.body);
  const own = sender.subject.kind === AGENCY && sender.subject.code === slip.sender && slip.suite === object.suite;
  if (!own) throw new Refused('signer-not-of-station', { station: slip.sender });
  return { ...slip, signer: sender };
}

/** Step 5: what slip and statement say of one another, and what an author may label. */
export function checkSending(slip, digest, { body, author }) {
  if (!same(digest, slip.statement)) throw new Refused('statement-mismatch');
  if (body.station !== slip.sender || body.epoch !== slip.epoch) throw new Refused('signer-not-of-station');
  checkAddressed(slip, body.addresseesRoot, body.addressees);
  if (body.label.level === 3 && body.facts.subject !== '') throw new Refused('subject-at-top-secret');
  if (!dominates(author.subject.clearance, body.label)) throw new Refused('author-not-cleared');
}

/** Step 5: the author named this addressee (rule 6). */
export function checkAddressed(slip, root, count) {
  const named = slip.count === count && leads(leafOf(slip), slip.index, slip.count, slip.path, root);
  if (!named) throw new Refused('not-addressed');
}

/** Step 4: content key and bytes of the head, for the holder of the key that the slip names. */
export function unwrap(slip, keys) {
  if (!same(slip.kid, keys.wrappingKid)) throw new Refused('wrap-invalid');
  return parse(Wrapped, open(keys.wrapping, slip.wrapped, infoOf(slip)));
}
