// The first half of evidence (spec/bundle.md): whom to believe, as of when, and where a record stands.

import { hex, same } from './bytes.mjs';
import { AUTHORITY, believe, validAt } from './credential.mjs';
import { publicPart } from './kinds.mjs';
import { parseProof, parseCheckpoint, seenBy } from './note.mjs';
import { place, verifyPlaced, verifyStatus } from './record.mjs';
import { Refused } from './refused.mjs';
import { Receipt, Record, StatusProof, parse } from './shapes.mjs';
import { parseSigned } from './signed.mjs';

export const TOLERANCE = 300; // seconds that two honest clocks may differ
const STANDING = ['credential-issued', 'status'];

export const disagree = (about) => new Refused('evidence-disagrees', { about });

/**
 * Whose credentials sign an epoch of a code: the newest that begins no later; an authority's before an agency's, and
 * one whose issue was shown before one that somebody merely laid beside.
 */
export function stationOf(code, epoch, believed, listed) {
  const named = [...believed.values()].filter(({ subject, body }) => subject.code === code && subject.officer === ''
    && body.epoch <= epoch);
  if (named.length === 0) throw new Refused('credential-unknown', { code });
  const rank = (each) => [each.subject.kind === AUTHORITY, listed.has(hex(each.digest)), each.body.epoch].map(Number);
  const above = (one, other) => {
    const at = one.findIndex((value, n) => value !== other[n]);
    return at >= 0 && one[at] > other[at];
  };
  return named.reduce((best, each) => (above(rank(each), rank(best)) ? each : best));
}

/** A key of before a station was founded anew speaks for no epoch of after (rule 29). */
export function ofEpoch(signer, epoch, believed, listed) {
  const keys = stationOf(signer.subject.code, epoch, believed, listed);
  if (signer.subject.officer === '' && signer.body.epoch !== keys.body.epoch) {
    throw new Refused('credential-of-other-epoch');
  }
}

/** Entered in its issuer's journal (the root needs none), and within its term at the time claimed. */
export function actor(signer, time, listed) {
  if (!listed.has(hex(signer.digest))) throw new Refused('credential-not-in-directory');
  if (time > 0) validAt(signer, time);
}

export function signers(record, believed, listed) {
  for (const each of record.signers) {
    ofEpoch(each, record.body.epoch, believed, listed);
    actor(each, record.body.time, listed);
  }
}

/** A record of a station: its signatures and right, its place in the journal of its epoch, its signers. */
export function placed(bytes, believed, listed) {
  const { record } = parse(Receipt, bytes);
  const claimed = parse(Record, parseSigned(record, 'antin/record/1', 'antin/quick-record/1').body);
  const keys = stationOf(claimed.station, claimed.epoch, believed, listed);
  // Else nobody asks whether it was revoked.
  if (!STANDING.includes(claimed.kind) && !listed.has(hex(keys.digest))) {
    throw new Refused('credential-not-in-directory');
  }
  const found = verifyPlaced(bytes, keys, believed);
  const facts = publicPart(found);
  const where = place(found, keys);
  signers(found, believed, listed);
  return { ...found, facts, ...where };
}

// The first line of each authority of the bundle; a false one in such a name refuses (rule 19).
export function witnessesOf(checkpoint, believed, listed) {
  const authorities = [...believed.values()].filter(({ digest, subject }) => subject.kind === AUTHORITY
    && listed.has(hex(digest)) && subject.code !== checkpoint.code);
  // Nobody saw it before it was signed: a line of that time says nothing.
  return authorities.map((by) => ({ by, time: seenBy(checkpoint, by) }))
    .filter(({ time }) => time !== 0 && time + TOLERANCE >= checkpoint.time);
}

const issuedBy = (holder, { signers: [signer] }) => signer.subject.kind === AUTHORITY
  && signer.subject.code === holder.issuer?.subject.code;

// spec/credential.md, "Verification of a credential", step 4: it stands in its issuer's journal.
function list(record, believed, listed) {
  const { facts, body } = record;
  if (body.kind !== 'credential-issued') throw disagree(body.kind);
  const holder = believed.get(hex(facts.credential));
  if (!holder) return; // of somebody who does nothing here
  const [made, own] = [holder.body, holder.subject];
  const agrees = issuedBy(holder, record) && same(facts.id, made.id)
    && facts.kind === own.kind && facts.code === (own.officer === '' ? own.code : '') && facts.epoch === made.epoch
    && same(facts.previous, made.previous) && facts.notAfter === made.notAfter;
  if (!agrees) throw new Refused('credential-not-in-directory');
  listed.set(hex(facts.credential), { book: record.checkpoint.origin, index: record.index });
}

// spec/status.md, "Verification".
function states(bytes, believed, listed, known) {
  const proof = parse(StatusProof, bytes);
  const { code, epoch } = parseCheckpoint(parseProof(proof.proof).checkpoint);
  for (const holder of believed.values()) {
    if (!holder.issuer || !same(holder.body.id, proof.leaf.credential)) continue;
    if (holder.issuer.subject.code !== code) continue; // an id is its issuer's: another may have used it too
    const keys = stationOf(holder.issuer.subject.code, epoch, believed, listed);
    const record = verifyStatus(bytes, keys, believed);
    if (!issuedBy(holder, record)) throw new Refused('credential-not-in-directory');
    signers(record, believed, listed);
    const before = known.stated.get(hex(holder.digest));
    if (!before || record.asOf >= before.asOf) { // an older one beside it says less
      known.stated.set(hex(holder.digest), { asOf: record.asOf, scopes: proof.leaf.scopes });
    }
    if (proof.leaf.state !== 'good') known.revoked.set(hex(holder.digest), proof.leaf.since);
  }
}

/**
 * Everyone of the bundle under the fingerprint alone. `listed` are those whose issue was shown, and where: a credential that its
 * authority's journal does not know is of no use. `stated`: as of when each was good, and which codes it may bind.
 */
export function checkChain(credentials, directory, fingerprint) {
  const believed = believe(credentials, fingerprint);
  const root = [...believed.values()].find(({ isRoot }) => isRoot);
  const listed = new Map(root ? [[hex(root.digest), { book: '', index: 0 }]] : []);
  const known = { stated: new Map(), revoked: new Map() };
  for (const { kind, bytes } of directory) {
    if (kind === 'status') states(bytes, believed, listed, known);
    else list(placed(bytes, believed, listed), believed, listed);
  }
  return { believed, listed, ...known };
}
