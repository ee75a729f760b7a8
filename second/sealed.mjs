// A document as it travels: header, one stream, and what must agree in it (spec/sealed.md).

import { fromBigEndian, hex, same, utf8 } from './bytes.mjs';
import { decrypt } from './cobblestone.mjs';
import { encode } from './cbor.mjs';
import { dominates, verifyCredential } from './credential.mjs';
import { sealedDigest } from './merkle.mjs';
import { Refused } from './refused.mjs';
import { AttachedList, Head, Header, Label, Statement, parse } from './shapes.mjs';
import { parseSigned } from './signed.mjs';
import { checkSending, unwrap, verifySlip } from './slip.mjs';
import { verifyAttached, verifyStatement } from './statement.mjs';
import { documentDigest, objectDigest, suiteDigest, suiteOf } from './suites.mjs';

const HEADER = 34; // in every suite below 24

export function padme(size) {
  if (size < 2) return size;
  const bits = (number) => BigInt(number).toString(2).length - 1;
  const free = 2n ** BigInt(bits(size) - bits(bits(size)) - 1);
  return Number(((BigInt(size) + free - 1n) / free) * free);
}

const tampered = (why) => new Refused('content-tampered', { why });
const part = (bytes, at, size) => bytes.subarray(at, at + size);

/** Document, padding, attached list and statement of one decrypted content (steps 3 and 4). */
export function layOut(content, attachedOf) {
  const length = content.length < 8 ? 0n : fromBigEndian(content.subarray(-8));
  if (length < 1n || length > 32_768n || length > BigInt(content.length - 8)) throw tampered('statement-length');
  const end = content.length - 8;
  const statement = content.subarray(end - Number(length), end);
  const { size, attached } = attachedOf(statement);
  if (padme(size) + attached + statement.length + 8 !== content.length) throw tampered('layout');
  return {
    document: part(content, 0, size), padding: part(content, size, padme(size) - size),
    attached: part(content, padme(size), attached), statement,
  };
}

const sizesOf = (statement) => {
  const body = parse(Statement, parseSigned(statement, 'antin/statement/1').body);
  return { size: body.size, attached: body.attachedSize };
};

/** Steps 1 to 4: what the kernel does with a blob, the content key and the head. */
export function openBlob(blob, headBytes, key) {
  const head = parse(Head, headBytes);
  const headerBytes = blob.subarray(0, HEADER);
  const header = parse(Header, headerBytes);
  if (head.suite !== header.suite || !same(head.content, header.content)) throw new Refused('head-mismatch');
  const suite = suiteOf(head.suite);
  const stream = blob.subarray(HEADER);
  const content = decrypt(key, suiteDigest(suite, utf8('antin/head-context/1'), headBytes), stream);
  const seal = suiteDigest(suite, utf8('antin/seal/1'), headerBytes, stream.subarray(0, 56));
  return { head, suite, seal, ...layOut(content, sizesOf) };
}

const sameLabel = (a, b) => same(encode(Label.write(a)), encode(Label.write(b)));
export const documentHolds = (suite, body, document) => document.length === body.size
  && same(documentDigest(suite, body.salt, document), body.document);
const zero = (bytes) => bytes.every((each) => each === 0);

/** What the vectors ask of an opened blob one by one, and what a station refuses if it is false. */
export function findings(opened, { body, author }) {
  return {
    author_holds: same(opened.head.author, author.digest) && same(opened.head.statement, body.id),
    label_holds: sameLabel(opened.head.label, body.label),
    seal_holds: same(opened.seal, body.seal),
    document_holds: documentHolds(opened.suite, body, opened.document),
    padding_zero: zero(opened.padding),
  };
}

function withCredentials(believed, list) {
  const known = new Map(believed);
  for (const bytes of list.credentials) {
    if (known.has(hex(objectDigest(bytes)))) continue;
    const issuer = known.get(hex(parseSigned(bytes, 'antin/credential/1').signers[0].credential));
    if (!issuer) throw new Refused('credential-unknown');
    const found = verifyCredential(bytes, issuer);
    known.set(hex(found.digest), found);
  }
  return known;
}

const { facts: Facts } = Statement.fields.fields;
const sameFacts = (a, b) => same(encode(Facts.write(a)), encode(Facts.write(b)));

/** Step 9, and "Verification of an attached signature" of spec/statement.md; without a document, all but its digest. */
export function checkAttachedList(bytes, { body }, document, believed, { alone = false } = {}) {
  if (!same(objectDigest(bytes), body.attached) || bytes.length !== body.attachedSize) throw tampered('attached');
  const list = parse(AttachedList, bytes);
  const known = alone ? believed : withCredentials(believed, list); // evidence brings its own credentials, listed
  const signed = new Set();
  return list.signatures.map((each) => {
    const found = verifyAttached(each, known);
    const of = found.body;
    const agrees = of.station === body.station && of.size === body.size && sameFacts(of.facts, body.facts)
      && sameLabel(of.label, body.label);
    const confirms = of.act === 'sign' ? of.over.length === 0 : signed.has(hex(of.over));
    if (!agrees || !confirms) throw new Refused('attached-mismatch', { act: of.act });
    const role = of.act === 'stamp' ? 'registrar' : 'leader';
    if (!found.signers[0].subject.roles.includes(role)) throw new Refused('signer-not-entitled', { act: of.act });
    if (document !== null && !documentHolds(suiteOf(found.signers[0].suite), of, document)) throw tampered('attached');
    if (of.act === 'sign') signed.add(hex(objectDigest(each)));
    return found;
  });
}

/** Steps 5 to 9 without the slip: what a station demands of an opened blob. */
export function checkOpened(opened, believed) {
  const statement = verifyStatement(opened.statement, believed);
  const found = findings(opened, statement);
  if (!found.author_holds || !found.label_holds) throw new Refused('head-mismatch');
  if (!found.seal_holds) throw new Refused('seal-mismatch');
  if (!dominates(statement.author.subject.clearance, statement.body.label)) throw new Refused('clearance-too-low');
  if (!found.document_holds || !found.padding_zero) throw tampered('document');
  return { statement, attached: checkAttachedList(opened.attached, statement, opened.document, believed) };
}

/** A slip, its blob and the addressee's keys: the document, after every check (rule 7). */
export function openDocument(slipBytes, blob, keys, believed, receiver = null) {
  const slip = verifySlip(slipBytes, believed);
  const arrived = blob.length === slip.sealedSize && same(sealedDigest(blob), slip.sealed); // rule 9
  if (!arrived) throw new Refused('blob-not-expected');
  const { key, head } = unwrap(slip, keys);
  const opened = openBlob(blob, head, key);
  if (receiver && !dominates(receiver.clearance, opened.head.label)) throw new Refused('clearance-too-low');
  const { statement, attached } = checkOpened(opened, believed);
  checkSending(slip, objectDigest(opened.statement), statement);
  return { document: opened.document, slip, statement, attached, head: opened.head };
}

