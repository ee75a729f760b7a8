// The first half of evidence (spec/bundle.md): whom to believe, as of when, and where a record stands.

import { hex, same } from './bytes.mjs';
import { AUTHORITY, believe } from './credential.mjs';
import { publicPart } from './kinds.mjs';
import { included, leafHash } from './merkle.mjs';
import { witnesses } from './note.mjs';
import { place, verifyPlaced } from './record.mjs';
import { Refused } from './refused.mjs';
import { Receipt, Record, StatusLeaf, StatusProof, parse, write } from './shapes.mjs';
import { parseSigned } from './signed.mjs';

export const disagree = (about) => new Refused('evidence-disagrees', { about });

/** Whose journal a frame claims to be from: it chooses the keys under which everything is then judged. */
export function codeOf(bytes) {
  const { record } = parse(Receipt, bytes);
  return parse(Record, parseSigned(record, 'antin/record/1', 'antin/quick-record/1').body).station;
}

/** The agency or authority of a code. */
export function stationOf(code, believed) {
  const found = [...believed.values()].find(({ subject }) => subject.code === code && subject.journal.length > 0);
  if (!found) throw new Refused('credential-unknown', { code });
  return found;
}

/** Authorities of the bundle that saw this checkpoint; a false line in such a name refuses (rule 19). */
export function witnessesOf(checkpoint, believed) {
  return witnesses(checkpoint, [...believed.values()].filter(({ subject }) => subject.kind === AUTHORITY));
}

/** A record of a station: its signatures, its place in the journal, the table of kinds. */
export function placed(bytes, station, believed) {
  const record = verifyPlaced(bytes, station, believed);
  const facts = publicPart(record);
  const found = place(record, station);
  return { ...record, facts, ...found, witnesses: witnessesOf(found.checkpoint, believed) };
}

// spec/credential.md, "Verification of a credential", step 4: it stands in its issuer's journal.
function list(record, believed) {
  const { facts, body } = record;
  const credential = believed.get(hex(facts.credential));
  if (!credential?.issuer) throw new Refused('credential-unknown', { credential: hex(facts.credential) });
  const agrees = body.station === credential.issuer.subject.code && same(facts.id, credential.body.id)
    && facts.kind === credential.subject.kind && facts.notAfter === credential.body.notAfter;
  if (!agrees) throw disagree('credential-issued');
  return credential;
}

// spec/status.md, "Verification".
function stateIn(bytes, believed, listed) {
  const proof = parse(StatusProof, bytes);
  const credential = [...believed.values()].find(({ body }) => same(body.id, proof.leaf.credential));
  if (!credential?.issuer) throw new Refused('credential-unknown', { credential: hex(proof.leaf.credential) });
  const record = placed(write(Receipt, proof), credential.issuer, listed); // its first two fields are a receipt's
  const { facts, body } = record;
  if (body.kind !== 'status' || !['good', 'revoked'].includes(proof.leaf.state)) throw disagree('status');
  included(leafHash(write(StatusLeaf, proof.leaf)), proof.index, facts.size, proof.path, facts.root);
  return { credential, asOf: facts.asOf, since: proof.leaf.state === 'revoked' ? proof.leaf.since : null };
}

/**
 * Everyone of the bundle under the fingerprint alone. `listed` are those whose issue was shown: a credential that its
 * authority's journal does not know is of no use. `states`: as of when each was good.
 */
export function checkChain(credentials, directory, fingerprint) {
  const believed = believe(credentials, fingerprint);
  const listed = new Map([...believed].slice(0, 1)); // the root stands in nobody's journal
  const states = new Map();
  for (const { kind, bytes } of directory) {
    if (kind === 'status') {
      const { credential, ...state } = stateIn(bytes, believed, listed);
      states.set(hex(credential.digest), state);
      continue;
    }
    const record = placed(bytes, stationOf(codeOf(bytes), believed), listed);
    if (record.body.kind !== 'credential-issued') throw disagree('credential-issued');
    const credential = list(record, believed);
    listed.set(hex(credential.digest), credential);
  }
  return { listed, states };
}
