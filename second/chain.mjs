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
function issueIn(records, credential) {
  const record = records.find(({ facts }) => same(facts.credential, credential.digest));
  if (!record) return false;
  const { facts, body } = record;
  const agrees = body.station === credential.issuer.subject.code && same(facts.id, credential.body.id)
    && facts.kind === credential.subject.kind && facts.notAfter === credential.body.notAfter;
  if (!agrees) throw disagree('credential-issued');
  return true;
}

// spec/status.md, "Verification". Null where nobody showed a state.
function stateIn(proofs, credential, believed) {
  const proof = proofs.find((each) => same(each.leaf.credential, credential.body.id));
  if (!proof) return null;
  const record = placed(write(Receipt, proof), credential.issuer, believed); // its first two fields are a receipt's
  const { facts, body } = record;
  included(leafHash(write(StatusLeaf, proof.leaf)), proof.index, facts.size, proof.path, facts.root);
  if (body.kind !== 'status' || !['good', 'revoked'].includes(proof.leaf.state)) throw disagree('status');
  return { asOf: facts.asOf, since: proof.leaf.state === 'revoked' ? proof.leaf.since : null };
}

/** Everyone in the bundle, under the fingerprint alone; what is shown of each: issue and state. */
export function checkChain({ credentials, issues, statuses }, fingerprint) {
  const believed = believe(credentials, fingerprint);
  const records = issues.map((bytes) => {
    const record = placed(bytes, stationOf(codeOf(bytes), believed), believed);
    if (record.body.kind !== 'credential-issued') throw disagree('credential-issued');
    return record;
  });
  const proofs = statuses.map((bytes) => parse(StatusProof, bytes));
  const shown = new Map();
  for (const credential of [...believed.values()].slice(1)) {
    shown.set(hex(credential.digest), {
      issued: issueIn(records, credential), state: stateIn(proofs, credential, believed),
    });
  }
  return { believed, shown };
}
