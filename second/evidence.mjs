// What an inspector who knows the root's fingerprint alone can conclude from a bundle of purpose `evidence`
// (spec/bundle.md, "Evidence"). Nothing here needs a secret, a network or a clock.

import { readBundle } from './bundle.mjs';
import { hex, same } from './bytes.mjs';
import { actor, checkChain, disagree, ofEpoch, placed, TOLERANCE, witnessesOf } from './chain.mjs';
import { AUTHORITY, checkCode } from './credential.mjs';
import { RESULTS } from './kinds.mjs';
import { Refused, malformed } from './refused.mjs';
import { checkAttachedList, documentHolds } from './sealed.mjs';
import { checkSending, verifySlip } from './slip.mjs';
import { verifyStatement } from './statement.mjs';
import { objectDigest, suiteOf } from './suites.mjs';

// A frame rests on those before it; in another order there is no evidence to judge.
const ORDER = ['credential', 'directory', 'slip', 'record', 'statement', 'attached', 'receipt'];
const SENT = ['sent', 'addressed'];

function placeOf({ kind, name }) {
  return kind === 'status' || (kind === 'record' && name === 'credential-issued') ? 'directory' : kind;
}

function sorted(items) {
  const parts = Object.fromEntries(ORDER.map((each) => [each, []]));
  let last = 0;
  for (const item of items) {
    const place = ORDER.indexOf(placeOf(item));
    if (place < last) throw malformed('evidence', 'order');
    last = place;
    parts[ORDER[place]].push(item);
  }
  const bytes = (place) => parts[place].map((each) => each.bytes);
  return {
    credentials: bytes('credential'), directory: parts.directory, records: parts.record, receipts: parts.receipt,
    slip: bytes('slip')[0] ?? null, statement: bytes('statement')[0] ?? null, attached: bytes('attached')[0] ?? null,
  };
}

/** `sent` and `addressed`: about this slip or another; and all that slip and statement say. */
function checkSent({ facts, body }, { slip, digest, statement }) {
  const entry = facts.slips.find((each) => same(each.slip, digest));
  if (!entry || body.station !== slip.sender || body.epoch !== slip.epoch) return false;
  const leaf = slip.leaf;
  const named = entry.addressee === leaf.addressee && entry.officer === leaf.officer
    && entry.precedence === leaf.precedence && entry.sequence === slip.sequence && entry.deadline === leaf.deadline
    && same(facts.statement, slip.statement) && body.encloses.some((each) => same(each.digest, digest));
  const whole = body.kind === 'addressed' || (same(facts.sealed, slip.sealed) && facts.sealedSize === slip.sealedSize
    && facts.count === slip.count && (statement === null || (same(facts.id, statement.body.id)
      && same(facts.seal, statement.body.seal) && facts.level === statement.body.label.level)));
  if (!named || !whole) throw disagree(body.kind);
  return true;
}

/** The five results: about this slip or another; its statement, and the seal if both sides name it. */
function checkResult({ facts, body, signers }, { slip, digest, statement }) {
  if (!same(facts.slip, digest)) return false;
  const { leaf } = slip;
  const opened = facts.result === 'opened';
  const about = facts.result === body.kind && body.station === leaf.addressee && facts.sender === slip.sender
    && facts.epoch === slip.epoch && facts.precedence === leaf.precedence && facts.sequence === slip.sequence;
  const said = same(facts.statement, slip.statement) || (facts.statement.length === 0 && !opened);
  const named = !opened || leaf.officer === '' || leaf.officer === signers[0].subject.officer;
  const sealed = statement === null || facts.seal.length === 0 || same(facts.seal, statement.body.seal);
  if (!about || !said || !named || !sealed) throw disagree(body.kind);
  return true;
}

function judgeStatement(bytes, slip, document, believed) {
  const statement = verifyStatement(bytes, believed);
  const { body, author } = statement;
  checkSending(slip, objectDigest(bytes), statement);
  if (document !== null && !documentHolds(suiteOf(author.suite), body, document)) {
    throw new Refused('content-tampered', { why: 'document' });
  }
  return statement;
}

// When a third party had seen an object: with the record that is it, encloses it, or is a result about it.
function seenTimes(records, slip) {
  const seen = new Map();
  for (const { bytes, body, facts, times } of records) {
    if (times.length === 0) continue;
    const time = Math.min(...times);
    const covered = SENT.includes(body.kind) ? body.encloses.map((each) => each.digest)
      : [facts.slip, facts.statement.length > 0 ? facts.statement : slip.statement];
    for (const digest of [objectDigest(bytes), ...covered]) {
      seen.set(hex(digest), Math.min(time, seen.get(hex(digest)) ?? time));
    }
  }
  return seen;
}

// Himself, his agency as it stood in the journal before him, and the authorities above them; the root needs no state.
// The agency of an authority's officer is the authority itself, entered elsewhere. `null`: that agency is not here.
function vouchers(who, { believed, listed }) {
  const found = new Set([who]);
  if (who.subject.officer !== '') {
    const { book, index } = listed.get(hex(who.digest));
    const earlier = [...believed.values()].filter(({ subject, digest }) => {
      const place = listed.get(hex(digest));
      return subject.officer === '' && subject.code === who.subject.code && place
        && (same(digest, who.issuer.digest) || (place.book === book && place.index < index));
    });
    const placeOf = ({ digest }) => listed.get(hex(digest));
    const inBook = earlier.filter((each) => placeOf(each).book === book);
    found.add((inBook.length > 0 ? inBook : earlier)
      .sort((one, other) => placeOf(one).index - placeOf(other).index).at(-1) ?? null);
  }
  for (const each of [...found]) if (each?.issuer) found.add(each.issuer);
  return [...found].filter((each) => each === null || each.issuer);
}

function unproven(deeds, known, seen) {
  const acts = deeds.filter(({ by }) => by.subject.kind !== AUTHORITY);
  const about = new Map();
  const missing = new Set();
  for (const deed of acts) {
    const time = seen.get(hex(deed.object));
    if (time !== undefined && deed.time > time + TOLERANCE) throw new Refused('record-ahead-of-time');
    for (const each of vouchers(deed.by, known)) {
      if (each === null) {
        missing.add(`revocation-not-proven ${deed.by.subject.code}`);
        continue;
      }
      const key = hex(each.digest);
      const row = about.get(key) ?? { each, late: 0, objects: [] };
      row.late = Math.max(row.late, deed.time, (time ?? 0) - TOLERANCE);
      row.objects.push(hex(deed.object));
      about.set(key, row);
    }
  }
  for (const [key, { each, late, objects }] of about) {
    const { asOf } = known.stated.get(key) ?? { asOf: -1 };
    const since = known.revoked.get(key);
    const gone = since !== undefined && !objects.every((object) => (seen.get(object) ?? since) < since);
    const officer = each.subject.officer && `/${each.subject.officer}`;
    if (asOf < late || gone) missing.add(`revocation-not-proven ${each.subject.code}${officer}`);
    const above = known.stated.get(hex(each.issuer.digest));
    if (!each.issuer.isRoot && above) checkCode(each.issuer, each.subject, above.scopes);
  }
  return [...missing].sort();
}

function judgeRecords(parts, about, known) {
  const { believed, listed, revoked } = known;
  const found = [];
  const take = (record, check) => {
    if (!check(record, about)) return; // about another sending: it changes nothing
    const times = witnessesOf(record.checkpoint, believed, listed)
      .filter(({ by }) => !revoked.has(hex(by.digest)));
    found.push({ ...record, times: times.map(({ time }) => time), witnesses: times });
  };
  for (const { name, bytes } of parts.records.filter((each) => SENT.includes(each.name))) {
    const record = placed(bytes, believed, listed);
    if (record.body.kind !== name) throw disagree(name);
    take(record, checkSent);
  }
  const answers = [...parts.records.filter((each) => !SENT.includes(each.name)), ...parts.receipts];
  for (const { kind, name, bytes } of answers) {
    const record = placed(bytes, believed, listed);
    const known_ = RESULTS.includes(record.body.kind) && (kind === 'receipt' || record.body.kind === name);
    if (!known_) throw disagree(name);
    take(record, checkResult);
  }
  return found;
}

/** The verdict on one sending; what does not hold is thrown, and is the verdict "invalid". */
export function verifyEvidence(bytes, fingerprint, document = null) {
  const parts = sorted(readBundle(bytes, 'evidence'));
  const known = checkChain(parts.credentials, parts.directory, fingerprint);
  const { believed, listed } = known;
  if (parts.slip === null) {
    const about = parts.records.length + parts.receipts.length > 0 || parts.statement !== null
      || parts.attached !== null;
    if (about) throw new Refused('slip-missing');
    return { verdict: 'not proven', missing: ['slip'], records: [] };
  }
  const slip = verifySlip(parts.slip, believed);
  const digest = objectDigest(parts.slip);
  actor(slip.signer, 0, listed);
  ofEpoch(slip.signer, slip.epoch, believed, listed);
  const statement = parts.statement && judgeStatement(parts.statement, slip, document, believed);
  if (statement) actor(statement.author, statement.body.time, listed);
  if (parts.attached !== null && statement === null) throw disagree('attached');
  const attached = parts.attached === null ? []
    : checkAttachedList(parts.attached, statement, document, believed, { alone: true });
  const deeds = [{ by: slip.signer, time: 0, object: digest }];
  if (statement) deeds.push({ by: statement.author, time: statement.body.time, object: slip.statement });
  for (const { signers, body } of attached) {
    for (const by of signers) {
      actor(by, body.time, listed);
      deeds.push({ by, time: body.time, object: slip.statement });
    }
  }
  const records = judgeRecords(parts, { slip, digest, statement }, known);
  for (const each of records) {
    deeds.push(...each.signers.map((by) => ({ by, time: each.body.time, object: objectDigest(each.bytes) })));
  }
  const missing = [...(records.length > 0 ? [] : ['record']), ...unproven(deeds, known, seenTimes(records, slip))];
  return {
    verdict: missing.length === 0 ? 'valid' : 'not proven', missing, sender: slip.sender,
    addressee: slip.leaf.addressee, sequence: slip.sequence, facts: statement?.body.facts ?? null,
    documentCompared: document !== null && statement !== null, attached: attached.map(({ body }) => body.act),
    records: records.map(({ body, index, checkpoint, witnesses }) => ({
      kind: body.kind, index, time: checkpoint.time, standing: witnesses.length > 0 ? 'proven' : 'claimed',
      witnesses: witnesses.map(({ by }) => by.subject.code),
    })),
  };
}
