// What an inspector who knows the root's fingerprint alone can conclude from a bundle of purpose `evidence`
// (spec/bundle.md). Nothing here needs a secret, a network or a clock.

import { readBundle } from './bundle.mjs';
import { hex, same } from './bytes.mjs';
import { believe, validAt } from './credential.mjs';
import { publicPart } from './kinds.mjs';
import { included, leafHash } from './merkle.mjs';
import { place, verifyPlaced, verifyReceipt } from './record.mjs';
import { Refused } from './refused.mjs';
import { checkAttachedList } from './sealed.mjs';
import { Receipt, Record, StatusLeaf, StatusProof, parse, write } from './shapes.mjs';
import { parseSigned } from './signed.mjs';
import { checkAddressed, verifySlip } from './slip.mjs';
import { verifyStatement } from './statement.mjs';
import { objectDigest } from './suites.mjs';

const disagree = (about) => new Refused('evidence-disagrees', { about });

/** A record of a station, believed by its signatures, its place in the journal and the table of kinds. */
function placed(bytes, station, believed) {
  const record = verifyPlaced(bytes, station, believed);
  const facts = publicPart(record);
  return { ...record, facts, ...place(record, station) };
}

// Whose journal a frame claims to be from: it only chooses the keys under which everything is then judged.
const codeOf = (bytes) => {
  const { record } = parse(Receipt, bytes);
  return parse(Record, parseSigned(record, 'antin/record/1', 'antin/quick-record/1').body).station;
};

// spec/credential.md, "Verification of a credential", step 4: it stands in its issuer's journal.
function issued(credential, items, believed) {
  for (const bytes of items) {
    const code = codeOf(bytes);
    if (code !== credential.issuer.subject.code) continue;
    const record = placed(bytes, credential.issuer, believed);
    if (!same(record.facts.credential, credential.digest)) continue;
    const agrees = record.body.kind === 'credential-issued' && same(record.facts.id, credential.body.id)
      && record.facts.kind === credential.subject.kind && record.facts.notAfter === credential.body.notAfter;
    if (!agrees) throw disagree('credential-issued');
    return record;
  }
  throw new Refused('issue-not-proven', { credential: hex(credential.digest) });
}

// spec/status.md, "Verification". The time is when the state was signed; what came later nobody knows from it.
function statusOf(credential, proofs, believed) {
  const proof = proofs.find((each) => same(each.leaf.credential, credential.body.id));
  if (!proof) return null;
  const station = credential.issuer;
  const record = placed(write(Receipt, proof), station, believed); // the same two fields as a receipt
  if (record.body.kind !== 'status') throw disagree('status');
  included(leafHash(write(StatusLeaf, proof.leaf)), proof.index, record.facts.size, proof.path, record.facts.root);
  if (!['good', 'revoked'].includes(proof.leaf.state)) throw disagree('status');
  return { asOf: record.facts.asOf, since: proof.leaf.state === 'revoked' ? proof.leaf.since : null };
}

function group(items) {
  const of = (kind, name = null) => items.filter((each) => each.kind === kind && (name === null || each.name === name))
    .map(({ bytes }) => bytes);
  const one = (kind) => {
    const found = of(kind);
    if (found.length > 1) throw disagree(kind);
    return found[0] ?? null;
  };
  return { of, one };
}

function checkChain(bundle, fingerprint) {
  const believed = believe(bundle.of('credential'), fingerprint);
  const proofs = bundle.of('status').map((bytes) => parse(StatusProof, bytes));
  const states = new Map();
  for (const credential of [...believed.values()].slice(1)) {
    issued(credential, bundle.of('record', 'credential-issued'), believed);
    states.set(hex(credential.digest), statusOf(credential, proofs, believed));
  }
  return { believed, states };
}

function checkSent(bundle, slip, slipDigest, statement, sender, believed) {
  const sent = bundle.of('record', 'sent').map((bytes) => placed(bytes, sender, believed));
  const entry = sent.flatMap(({ facts }) => facts.slips).find((each) => same(each.slip, slipDigest));
  if (sent.length !== 1 || !entry) throw disagree('sent');
  const [{ facts, checkpoint }] = sent;
  const { body, bytes } = statement;
  const agrees = same(facts.id, body.id) && same(facts.statement, objectDigest(bytes)) && same(facts.seal, body.seal)
    && same(facts.sealed, slip.sealed) && facts.sealedSize === slip.sealedSize && facts.level === body.label.level
    && facts.count === body.addressees && entry.addressee === slip.leaf.addressee
    && entry.officer === slip.leaf.officer && entry.precedence === slip.leaf.precedence
    && entry.sequence === slip.sequence && entry.deadline === slip.leaf.deadline;
  if (!agrees) throw disagree('sent');
  return { record: sent[0], checkpoint };
}

function checkReceipt(bytes, slip, slipDigest, statement, believed) {
  const receiver = [...believed.values()].find(({ subject }) => subject.kind === 2 && subject.code === slip.leaf.addressee);
  if (!receiver) throw new Refused('credential-unknown');
  const receipt = verifyReceipt(bytes, receiver, believed);
  publicPart(receipt);
  const { result } = receipt;
  const agrees = result.sender === slip.sender && result.epoch === slip.epoch && same(result.slip, slipDigest)
    && result.precedence === slip.leaf.precedence && result.sequence === slip.sequence
    && (result.statement.length === 0 || same(result.statement, objectDigest(statement.bytes)))
    && (result.seal.length === 0 || same(result.seal, statement.body.seal));
  if (!agrees) throw disagree('receipt');
  return receipt;
}

/** Who was named, and until when that is known. */
function signersOf(credentials, states, time) {
  return credentials.map((credential) => {
    const state = states.get(hex(credential.digest)) ?? null;
    validAt(credential, time, state?.since ?? null);
    return { code: credential.subject.code, officer: credential.subject.officer, goodAsOf: state?.asOf ?? null };
  });
}

/** The findings on one sending, or a refusal. Without a third party's cosignature all stays "claimed" (rule 19). */
export function verifyEvidence(bytes, fingerprint, document = null) {
  const bundle = group(readBundle(bytes, 'evidence'));
  const { believed, states } = checkChain(bundle, fingerprint);
  const slipBytes = bundle.one('slip');
  const statementBytes = bundle.one('statement');
  if (!slipBytes || !statementBytes) throw disagree('slip');
  const slip = verifySlip(slipBytes, believed);
  const slipDigest = objectDigest(slipBytes);
  const statement = verifyStatement(statementBytes, believed);
  const { body } = statement;
  if (body.station !== slip.sender || body.epoch !== slip.epoch) throw new Refused('not-addressed');
  checkAddressed(slip, body.addresseesRoot, body.addressees);
  const sender = [...believed.values()].find(({ subject }) => subject.kind === 2 && subject.code === slip.sender);
  const sent = checkSent(bundle, slip, slipDigest, statement, sender, believed);
  const attached = checkAttachedList(bundle.one('attached') ?? new Uint8Array(0), statement, document, believed);
  const receipts = bundle.of('receipt').map((each) => checkReceipt(each, slip, slipDigest, statement, believed));
  return {
    credentials: believed.size, sender: slip.sender, addressee: slip.leaf.addressee, sequence: slip.sequence,
    facts: body.facts, label: body.label, documentCompared: document !== null,
    author: signersOf([statement.author], states, body.time)[0],
    sent: { index: sent.record.index, size: sent.checkpoint.size, time: sent.checkpoint.time },
    attached: attached.map((each) => ({ act: each.body.act, by: signersOf(each.signers, states, each.body.time) })),
    receipts: receipts.map(({ result, index, checkpoint, signers }) => ({
      result: result.result, index, time: checkpoint.time, standing: 'claimed',
      by: signersOf(signers, states, checkpoint.time)[0],
    })),
  };
}
