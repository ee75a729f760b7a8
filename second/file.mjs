// Sealed files between holders of two key files (spec/file.md).

import { sha256 } from '@noble/hashes/sha2.js';

import { concat, fromBase64url, fromBigEndian, latin1, same, utf8 } from './bytes.mjs';
import { decrypt } from './cobblestone.mjs';
import { open } from './hpke.mjs';
import { Refused, malformed } from './refused.mjs';
import { documentHolds, layOut } from './sealed.mjs';
import { FileHeader, FileStatement, Seeds, parse } from './shapes.mjs';
import { parseSigned, verifyUnder } from './signed.mjs';
import { SUITES, keysFrom, refuseWeak, signingKid, suiteDigest, suiteOf, wrappingKid } from './suites.mjs';

const MAGIC = utf8('antinF1\n');
const PREFIX = 'antin1';
const SECRET = 'ANTIN-SECRET-KEY-1:';
const LF = 10;
const WRAPPING = { 1: 1216, 2: 1665 };

export function publicLine(number, signing, wrapping) {
  const body = concat(Uint8Array.of(number), signing, wrapping);
  return PREFIX + Buffer.from(concat(body, sha256(body).subarray(0, 4))).toString('base64url');
}

export function parsePublicLine(line) {
  const refused = () => new Refused('public-key-malformed');
  const raw = line.startsWith(PREFIX) ? fromBase64url(line.slice(PREFIX.length)) : null;
  if (raw === null || raw.length < 5) throw refused();
  const suite = SUITES.get(raw[0]);
  if (!suite || raw.length !== 1 + suite.signingSize + WRAPPING[suite.number] + 4) throw refused();
  const body = raw.subarray(0, -4);
  if (!same(sha256(body).subarray(0, 4), raw.subarray(-4))) throw refused();
  const [signing, wrap] = [body.subarray(1, 1 + suite.signingSize), body.subarray(1 + suite.signingSize)];
  return {
    suite, signing, wrapping: wrap, kid: signingKid(suite.number, signing),
    wrappingKid: wrappingKid(suite.number, wrap),
  };
}

/** A secret key file: comments, and one line with both seeds. */
export function parseSecretKey(text) {
  const refused = () => new Refused('secret-key-malformed');
  const [line, ...more] = text.split('\n').filter((each) => each !== '' && !each.startsWith('#'));
  const raw = line?.startsWith(SECRET) && more.length === 0 ? fromBase64url(line.slice(SECRET.length)) : null;
  if (raw === null) throw refused();
  const { suite, signing, wrapping } = parse(Seeds, raw);
  return keysFrom(suiteOf(suite), signing, wrapping);
}

function splitFrame(bytes) {
  if (!same(bytes.subarray(0, 8), MAGIC)) throw new Refused('not-a-sealed-file');
  const length = bytes.length < 12 ? 0 : Number(fromBigEndian(bytes.subarray(8, 12)));
  if (length > FileHeader.limit) throw malformed('antin/file/1', 'too-large');
  if (bytes.length < 12 + length || length === 0) throw malformed('antin/file/1', 'truncated');
  const frame = bytes.subarray(0, 12 + length);
  return { frame, header: parse(FileHeader, frame.subarray(12)), stream: bytes.subarray(12 + length) };
}

function verifyUnderLine(line, statement, expected) {
  const signer = parsePublicLine(line);
  if (expected !== null && line !== expected) throw new Refused('signer-not-expected');
  const object = parseSigned(statement, 'antin/file-statement/1');
  const [{ credential, use }] = object.signers;
  const own = object.suite === signer.suite.number && use === 0 && same(credential, signer.kid);
  if (!own) throw new Refused('signature-invalid', { type: object.type });
  refuseWeak(signer.suite, signer.signing, [signer.wrapping], new Uint8Array(0));
  verifyUnder(object, [signer.signing]);
  return { body: parse(FileStatement, object.body), signer };
}

/** A detached signature over a document: `line ‖ LF ‖ file statement`, whose seal is empty. */
export function verifyDetached(signature, document, expected) {
  const border = signature.indexOf(LF);
  if (border < 0) throw malformed('antin/file-statement/1', 'truncated');
  const line = latin1(signature.subarray(0, border));
  const { body, signer } = verifyUnderLine(line, signature.subarray(border + 1), expected);
  if (body.seal.length > 0) throw new Refused('seal-mismatch');
  if (body.size !== document.length || !documentHolds(signer.suite, body, document)) {
    throw new Refused('content-tampered', { why: 'document' });
  }
  return { name: body.name, signer };
}

// All keys of a file are of one suite, so the line has one length: what stands where attached signatures would.
function sizesIn(suite) {
  const raw = 1 + suite.signingSize + WRAPPING[suite.number] + 4;
  const line = PREFIX.length + Math.ceil((raw * 4) / 3) + 1;
  return (statement) => {
    const { size } = parse(FileStatement, parseSigned(statement, 'antin/file-statement/1').body);
    return { size, attached: line };
  };
}

/** The document of a sealed file, and who signed it. `expected` is a public line, or null for anyone or nobody. */
export function unseal(bytes, keys, expected) {
  const { frame, header, stream } = splitFrame(bytes);
  const suite = suiteOf(header.suite);
  const stanza = header.stanzas.find(({ kid }) => same(kid, keys.wrappingKid));
  if (!stanza) throw new Refused('not-for-this-key');
  const info = suiteDigest(suite, utf8('antin/file-info/1'), header.content, stanza.kid);
  const key = open(keys.wrapping, stanza.wrapped, info);
  if (key.length !== 32) throw new Refused('wrap-invalid');
  const content = decrypt(key, suiteDigest(suite, utf8('antin/file-context/1'), frame), stream);
  if (content.length >= 8 && fromBigEndian(content.subarray(-8)) === 0n) {
    if (expected !== null) throw new Refused('not-signed');
    return { document: content.subarray(0, -8), name: '', signer: null };
  }
  const { document, padding, attached, statement } = layOut(content, sizesIn(suite));
  if (attached.at(-1) !== LF) throw new Refused('content-tampered', { why: 'layout' });
  const { body, signer } = verifyUnderLine(latin1(attached.subarray(0, -1)), statement, expected);
  const seal = suiteDigest(suite, utf8('antin/seal/1'), frame, stream.subarray(0, 56));
  if (!same(seal, body.seal)) throw new Refused('seal-mismatch');
  if (signer.suite !== suite || !documentHolds(suite, body, document) || padding.some((each) => each !== 0)) {
    throw new Refused('content-tampered', { why: 'document' });
  }
  return { document, name: body.name, signer };
}
