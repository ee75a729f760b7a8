// What an inspector who knows the root's fingerprint alone can conclude from a bundle of purpose `evidence`
// (spec/bundle.md). Nothing here needs a secret, a network or a clock.

import { readBundle } from './bundle.mjs';
import { hex, same } from './bytes.mjs';
import { checkChain, codeOf, disagree, placed, stationOf, witnessesOf } from './chain.mjs';
import { validAt } from './credential.mjs';
import { publicPart } from './kinds.mjs';
import { RESULTS, verifyReceipt } from './record.mjs';
import { Refused, malformed } from './refused.mjs';
import { checkAttachedList, documentHolds } from './sealed.mjs';
import { checkAddressed, verifySlip } from './slip.mjs';
import { verifyStatement } from './statement.mjs';
import { objectDigest, suiteOf } from './suites.mjs';

// The order of spec/bundle.md. A frame rests on those before it; in another order nothing is concluded from it.
const ORDER = ['credential', 'directory', 'slip', 'record', 'statement', 'attached', 'receipt'];
const ALONE = ['slip', 'statement', 'attached'];

function placeOf({ kind, name }) {
  return kind === 'status' || (kind === 'record' && name === 'credential-issued') ? 'directory' : kind;
}

function sorted(items) {
  const parts = Object.fromEntries(ORDER.map((each) => [each, []]));
  let last = 0;
  for (const item of items) {
    const place = placeOf(item);
    if (!ORDER.includes(place)) throw malformed('evidence', 'unknown-kind');
    if (ORDER.indexOf(place) < last) throw malformed('evidence', 'order');
    last = ORDER.indexOf(place);
    parts[place].push(item);
    if (ALONE.includes(place) && parts[place].length > 1) throw disagree(place);
  }
  const bytes = (place) => parts[place].map((each) => each.bytes);
  return {
    credentials: bytes('credential'), directory: parts.directory, records: parts.record, receipts: bytes('receipt'),
    slip: bytes('slip')[0] ?? null, statement: bytes('statement')[0] ?? null, attached: bytes('attached')[0] ?? null,
  };
}

/** `sent` and `addressed`: the sender's record names this slip, and what the statement says if it is shown. */
function checkSending({ facts, body }, about) {
  const { slip, digest, statement } = about;
  const entry = facts.slips.find((each) => same(each.slip, digest));
  const leaf = slip.leaf;
  const named = entry && body.station === slip.sender && body.epoch === slip.epoch
    && entry.addressee === leaf.addressee && entry.officer === leaf.officer && entry.precedence === leaf.precedence
    && entry.sequence === slip.sequence && entry.deadline === leaf.deadline;
  const sealed = body.kind === 'addressed'
    || (same(facts.sealed, slip.sealed) && facts.sealedSize === slip.sealedSize && facts.count === slip.count);
  if (!named || !sealed) throw disagree(body.kind);
  if (statement === null) return;
  const said = same(facts.statement, objectDigest(statement.bytes));
  const alike = body.kind === 'addressed' || (same(facts.id, statement.body.id)
    && same(facts.seal, statement.body.seal) && facts.level === statement.body.label.level);
  if (!said || !alike) throw disagree(body.kind);
}

/** The five results: about this slip, and about the statement and seal if both sides name them. */
function checkResult({ facts, body }, { slip, digest, statement }) {
  const about = body.station === slip.leaf.addressee && facts.sender === slip.sender && facts.epoch === slip.epoch
    && facts.precedence === slip.leaf.precedence && facts.sequence === slip.sequence && same(facts.slip, digest);
  const said = statement === null || facts.statement.length === 0
    || (same(facts.statement, objectDigest(statement.bytes)) && same(facts.seal, statement.body.seal));
  if (!about || !said) throw disagree(body.kind);
}

function judgeRecord({ name, bytes }, about, believed) {
  const station = stationOf(codeOf(bytes), believed);
  if (RESULTS.includes(name)) return judgeReceipt(bytes, about, believed, name);
  const record = placed(bytes, station, believed);
  if (record.body.kind !== name) throw disagree(name);
  if (name === 'sent' || name === 'addressed') checkSending(record, about);
  else if (!record.facts.slip || !same(record.facts.slip, about.digest)) throw disagree(name);
  return record;
}

function judgeReceipt(bytes, about, believed, kind = null) {
  const receipt = verifyReceipt(bytes, stationOf(codeOf(bytes), believed), believed);
  if (kind !== null && receipt.body.kind !== kind) throw disagree(kind);
  const facts = publicPart(receipt);
  const record = { ...receipt, facts, witnesses: witnessesOf(receipt.checkpoint, believed) };
  checkResult(record, about);
  return record;
}

function judgeStatement(bytes, slip, document, believed) {
  const statement = verifyStatement(bytes, believed);
  const { body, author } = statement;
  if (body.station !== slip.sender || body.epoch !== slip.epoch) throw new Refused('not-addressed');
  checkAddressed(slip, body.addresseesRoot, body.addressees);
  const compared = document === null
    || (document.length === body.size && documentHolds(suiteOf(author.suite), body, document));
  if (!compared) throw new Refused('content-tampered', { why: 'document' });
  return statement;
}

// When a third party had seen an object: with the record that is it, encloses it, or is a result about it.
function seenTimes(records) {
  const seen = new Map();
  for (const { bytes, body, facts, witnesses } of records) {
    if (witnesses.length === 0) continue;
    const time = Math.min(...witnesses.map((each) => each.time));
    const named = RESULTS.includes(body.kind) ? [facts.slip, facts.statement] : [];
    for (const digest of [objectDigest(bytes), ...body.encloses.map((each) => each.digest), ...named]) {
      seen.set(hex(digest), Math.min(time, seen.get(hex(digest)) ?? time));
    }
  }
  return seen;
}

// Each deed: who did it, when he says so (a slip has no time), and what he signed. The states of actor, agency and
// authority must be shown as of then or later; one who was revoked counts for what a third party had seen before.
function unproven(deeds, listed, states, seen) {
  const missing = new Set();
  for (const { by, time, object } of deeds) {
    if (time !== null) validAt(by, time);
    const agency = by.subject.officer === '' ? by : stationOf(by.subject.code, listed);
    for (const each of [by, agency, by.issuer, agency.issuer]) {
      if (!each || each.isRoot) continue;
      const state = states.get(hex(each.digest));
      const who = `${each.subject.code}${each.subject.officer && `/${each.subject.officer}`}`;
      const late = state?.since != null && !((seen.get(hex(object)) ?? Infinity) < state.since);
      if (!state || (time !== null && state.asOf < time) || late) missing.add(who);
    }
  }
  return [...missing].sort().map((who) => `revocation-not-proven ${who}`);
}

/** The verdict on one sending; what does not hold is thrown, and is the verdict "invalid". */
export function verifyEvidence(bytes, fingerprint, document = null) {
  const parts = sorted(readBundle(bytes, 'evidence'));
  const { listed, states } = checkChain(parts.credentials, parts.directory, fingerprint);
  if (parts.slip === null) {
    const about = parts.records.length + parts.receipts.length > 0 || parts.statement !== null;
    if (about) throw new Refused('slip-missing');
    return { verdict: 'not proven', missing: ['slip'], records: [] };
  }
  const slip = verifySlip(parts.slip, listed);
  const statement = parts.statement && judgeStatement(parts.statement, slip, document, listed);
  if (parts.attached !== null && statement === null) throw disagree('attached');
  const attached = parts.attached === null ? []
    : checkAttachedList(parts.attached, statement, document, listed, { alone: true });
  const about = { slip, digest: objectDigest(parts.slip), statement };
  const told = [
    ...parts.records.map((each) => judgeRecord(each, about, listed)),
    ...parts.receipts.map((each) => judgeReceipt(each, about, listed)),
  ];
  // Who took a revoked authority's key may put any time under any checkpoint.
  const unheard = new Set([...listed.values()].filter((each) => states.get(hex(each.digest))?.since != null)
    .map(({ subject }) => subject.code));
  const heard = ({ name }) => !unheard.has(name.split('/')[1]);
  const records = told.map((each) => ({ ...each, witnesses: each.witnesses.filter(heard) }));
  const deeds = [{ by: stationOf(slip.sender, listed), time: null, object: about.digest }];
  const stated = parts.statement === null ? new Uint8Array(0) : objectDigest(parts.statement);
  if (statement) deeds.push({ by: statement.author, time: statement.body.time, object: stated });
  const signedAs = (each) => (attached.includes(each) ? stated : objectDigest(each.bytes));
  for (const each of [...attached, ...records]) {
    deeds.push(...each.signers.map((by) => ({ by, time: each.body.time, object: signedAs(each) })));
  }
  const stands = records.some(({ body }) => [...RESULTS, 'sent', 'addressed'].includes(body.kind));
  const missing = [...(stands ? [] : ['record']), ...unproven(deeds, listed, states, seenTimes(records))];
  return {
    verdict: missing.length === 0 ? 'valid' : 'not proven', missing, sender: slip.sender,
    addressee: slip.leaf.addressee, sequence: slip.sequence, facts: statement?.body.facts ?? null,
    documentCompared: document !== null && statement !== null, attached: attached.map(({ body }) => body.act),
    records: records.map(({ body, index, checkpoint, witnesses }) => ({
      kind: body.kind, index, time: checkpoint.time, standing: witnesses.length > 0 ? 'proven' : 'claimed',
      witnesses: witnesses.map((each) => each.name),
    })),
  };
}
