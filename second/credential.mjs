// Subjects, requests, credentials, the root (spec/credential.md).

import { concat, hex, same, utf8 } from './bytes.mjs';
import { Refused, malformed } from './refused.mjs';
import { Credential, Handover, LevelKey, Request, Subject, parse } from './shapes.mjs';
import { parseSigned, verifySigned, verifyUnder } from './signed.mjs';
import { objectDigest, refuseWeak, signingKid, suiteOf, verifyJournal } from './suites.mjs';

export const [AUTHORITY, AGENCY, OFFICER] = [1, 2, 3];
const ROLES = new Set(['officer', 'cipher', 'registrar', 'leader', 'custodian', 'inspector', 'admin']);
const WRAPPING = { 1: 1216, 2: 1665 };
const POSSESSION = utf8('antin/journal-key-possession/1');

/** "Verification of a subject": first what it says, then its keys. */
export function checkSubject(subject, number) {
  const refuse = (why) => malformed('subject', why);
  const officer = subject.kind === OFFICER;
  const form = officer === (subject.officer !== '') && officer === (subject.journal.length === 0)
    && officer === (subject.wrapping.length > 0);
  if (!form) throw refuse('kind');
  if (officer && subject.name !== '') throw refuse('officer-named');
  if (subject.roles.some((role) => !ROLES.has(role))) throw refuse('role');
  const suite = suiteOf(number);
  const keys = officer ? [subject.wrapping] : [];
  if (subject.signing.length !== suite.signingSize || keys.some((key) => key.length !== WRAPPING[number])) {
    throw new Refused('key-malformed', { why: 'size' });
  }
  refuseWeak(suite, subject.signing, keys, subject.journal);
}

function read(bytes) {
  const object = parseSigned(bytes, 'antin/credential/1');
  const body = parse(Credential, object.body);
  const subject = parse(Subject, body.subject);
  return { bytes, object, body, subject, suite: object.suite, digest: objectDigest(bytes) };
}

function checkForm({ body, subject, suite }) {
  checkSubject(subject, suite);
  if ((body.epoch > 0) !== (subject.journal.length > 0) || (body.handover.length > 0 && body.previous.length === 0)) {
    throw malformed('credential', body.previous.length > 0 ? 'epoch' : 'previous');
  }
}

/** A root under the fingerprint that came from another channel. An empty fingerprint shows nothing (rule 24). */
export function verifyRoot(bytes, fingerprint) {
  const digest = objectDigest(bytes);
  if (fingerprint.length === 0 || !same(digest.subarray(0, fingerprint.length), fingerprint)) {
    throw new Refused('root-not-expected');
  }
  const root = read(bytes);
  const kid = signingKid(root.suite, root.subject.signing);
  if (root.subject.kind !== AUTHORITY || !same(root.object.signers[0].credential, kid)) {
    throw new Refused('root-not-expected');
  }
  verifyUnder(root.object, [root.subject.signing]);
  checkForm(root);
  return { ...root, isRoot: true, kid };
}

function inScope(issuer, subject) {
  if (issuer.subject.kind !== AUTHORITY) return false;
  if (!issuer.isRoot && (subject.kind === AUTHORITY || subject.branch !== issuer.subject.branch)) return false;
  return subject.clearance.level <= issuer.subject.clearance.level;
}

/** A credential under its issuer, who was believed before (steps 1 to 3). */
export function verifyCredential(bytes, issuer) {
  const parsed = read(bytes);
  verifySigned(parsed.object, new Map([[hex(issuer.digest), issuer]]));
  checkForm(parsed);
  if (!inScope(issuer, parsed.subject)) throw new Refused('issuer-out-of-scope');
  return { ...parsed, isRoot: false, issuer };
}

const speaksOf = (scope, code) => (scope.endsWith('.') ? code.startsWith(scope) : code === scope);
const bareScope = (scope) => scope.replace(/^-/, '');

/** Whether the narrowest of `scopes` that speaks of `code` gives it rather than takes it out. */
export function covers(scopes, code) {
  const found = scopes.filter((each) => speaksOf(bareScope(each), code));
  if (found.length === 0) return false;
  const longest = Math.max(...found.map((each) => bareScope(each).length));
  return !found.find((each) => bareScope(each).length === longest).startsWith('-');
}

/** Step 4: the codes of an authority are those that the root's journal gives it; the root needs none (rule 28). */
export function checkCode(issuer, subject, scopes) {
  const own = subject.kind === OFFICER && subject.code === issuer.subject.code;
  if (!issuer.isRoot && !own && !covers(scopes, subject.code)) {
    throw new Refused('code-not-allotted', { issuer: issuer.subject.code, subject: subject.code });
  }
}

/** An agency's key for one level, under its credential or, before it had one, its own kid. */
export function verifyLevelKey(bytes, station) {
  const object = parseSigned(bytes, 'antin/level-key/1');
  const kid = signingKid(station.suite, station.subject.signing);
  verifySigned(object, new Map([[hex(station.digest), station], [hex(kid), station]]));
  const body = parse(LevelKey, object.body);
  if (station.subject.kind !== AGENCY || body.station !== station.subject.code) {
    throw new Refused('signer-not-of-station', { station: body.station });
  }
  if (body.level > station.subject.clearance.level) throw new Refused('level-not-held');
  if (body.key.length !== WRAPPING[station.suite]) throw new Refused('key-malformed', { why: 'size' });
  refuseWeak(suiteOf(station.suite), station.subject.signing, [body.key], station.subject.journal);
  return body;
}

/** Whether the holder of `before` himself says that `heir` goes on; false after a loss. */
export function handedOver(heir, before) {
  const [body, own] = [heir.body, heir.subject];
  const named = same(body.previous, before.digest) && own.code === before.subject.code
    && own.officer === before.subject.officer;
  if (!named) throw new Refused('handover-invalid');
  if (body.handover.length === 0) return false;
  const object = parseSigned(body.handover, 'antin/handover/1');
  verifySigned(object, new Map([[hex(before.digest), before]]));
  const said = parse(Handover, object.body);
  const agrees = said.code === own.code && said.officer === own.officer
    && same(said.subject, objectDigest(body.subject));
  if (!agrees) throw new Refused('handover-invalid');
  return true;
}

/** Step 6. `revokedSince` is null where nobody revoked it. */
export function validAt(credential, time, revokedSince = null) {
  if (time < credential.body.notBefore) throw new Refused('credential-not-yet-valid');
  if (time > credential.body.notAfter) throw new Refused('credential-expired');
  if (revokedSince !== null && time >= revokedSince) throw new Refused('credential-revoked');
}

/** Root first, each other under whoever of those before issued it. */
export function believe([root, ...others], fingerprint = objectDigest(root)) {
  const believed = new Map();
  if (root === undefined) return believed; // nobody is shown, so nobody is believed
  const add = (each) => believed.set(hex(each.digest), each);
  add(verifyRoot(root, fingerprint));
  for (const bytes of others) {
    if (believed.has(hex(objectDigest(bytes)))) continue; // the same bytes twice say nothing new
    const issuer = believed.get(hex(parseSigned(bytes, 'antin/credential/1').signers[0].credential));
    if (!issuer) throw new Refused('credential-unknown');
    add(verifyCredential(bytes, issuer));
  }
  return believed;
}

/** "Verification of a request", steps 1 to 3. */
export function verifyRequest(bytes) {
  const object = parseSigned(bytes, 'antin/request/1');
  const body = parse(Request, object.body);
  const subject = parse(Subject, body.subject);
  checkSubject(subject, object.suite);
  const kid = signingKid(object.suite, subject.signing);
  if (!same(object.signers[0].credential, kid)) throw new Refused('signature-invalid', { type: object.type });
  verifyUnder(object, [subject.signing]);
  const message = concat(POSSESSION, body.subject);
  const wanted = subject.kind === OFFICER ? 0 : 2;
  const proven = body.journalProofs.length === wanted
    && body.journalProofs.every((each, half) => verifyJournal(subject.journal, half, message, each, POSSESSION));
  if (!proven) throw new Refused('signature-invalid', { type: 'antin/journal-key-possession/1' });
  return { object, body, subject };
}

/** Level not lower, and every compartment of the label (spec/label-and-clearance.md). */
export function dominates(clearance, label) {
  return clearance.level >= label.level && label.compartments.every((each) => clearance.compartments.includes(each));
}
