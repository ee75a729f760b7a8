// Checkpoints (spec/checkpoint.md) and inclusion proofs around them (spec/proof.md).

import { sha256 } from '@noble/hashes/sha2.js';

import { bigEndian, concat, fromBase64, fromBigEndian, fromUtf8, same, utf8 } from './bytes.mjs';
import { included, leafHash } from './merkle.mjs';
import { Refused, malformed } from './refused.mjs';
import { verifyJournal } from './suites.mjs';

const ORIGIN = /^antin\/([A-Y][0-9]{2}(?:\.[0-9A-Z]{1,10})*)\/([1-9][0-9]{0,6})$/;
const NUMBER = /^(0|[1-9][0-9]{0,15})$/;
const LINE = /^— ([!-*,-~]{1,80}) ([A-Za-z0-9+/]+={0,2})$/u;
const LATEST = 253_402_300_799n;

function decoded(text, what) {
  const bytes = fromBase64(text);
  if (bytes === null) throw malformed(what, 'base64');
  return bytes;
}

function number(text, what, why) {
  if (!NUMBER.test(text) || !Number.isSafeInteger(Number(text))) throw malformed(what, why);
  return Number(text);
}

function signatureLine(line) {
  const match = LINE.exec(line);
  if (!match) throw malformed('checkpoint', 'note-form');
  const raw = decoded(match[2], 'checkpoint');
  if (raw.length < 5) throw malformed('checkpoint', 'note-form');
  return { name: match[1], id: raw.subarray(0, 4), signature: raw.subarray(4) };
}

export function parseCheckpoint(bytes) {
  if (bytes.length > 64 * 1024) throw malformed('checkpoint', 'too-large');
  const text = fromUtf8(bytes);
  if (text === null) throw malformed('checkpoint', 'not-utf8');
  if (!text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f]/.test(text)) throw malformed('checkpoint', 'note-form');
  const [origin, size, root, empty, ...lines] = text.slice(0, -1).split('\n');
  if (empty !== '' || lines.length === 0) throw malformed('checkpoint', 'note-form');
  const parts = ORIGIN.exec(origin);
  if (!parts) throw malformed('checkpoint', 'note-form');
  const rootBytes = decoded(root, 'checkpoint');
  if (rootBytes.length !== 32) throw malformed('checkpoint', 'root-length');
  return {
    origin, code: parts[1], epoch: Number(parts[2]), size: number(size, 'checkpoint', 'size'), root: rootBytes,
    text: utf8(`${origin}\n${size}\n${root}\n`), lines: lines.map(signatureLine),
  };
}

export const keyId = (origin, type, key) => sha256(concat(utf8(`${origin}\n`), Uint8Array.of(type), key)).slice(0, 4);

const vector = (text) => concat(Uint8Array.of(utf8(text).length), utf8(text));

// c2sp.org/tlog-cosignature: cosigned_message. In its own second line a journal is its own cosigner.
function cosigned(cosigner, point, time) {
  return concat(
    utf8('subtree/v1\n\0'), vector(cosigner), time, vector(point.origin), bigEndian(0, 8), bigEndian(point.size, 8),
    point.root,
  );
}

/** The checkpoint of one station's journal, with the time of its second line (spec/checkpoint.md, "Verification"). */
export function verifyCheckpoint(bytes, station) {
  const point = parseCheckpoint(bytes);
  const { code, journal } = station.subject;
  const [first, second] = point.lines;
  const own = (line, type, key, size) => line && line.name === point.origin
    && same(line.id, keyId(point.origin, type, key)) && line.signature.length === size;
  const good = point.code === code && journal.length > 0
    && own(first, 1, journal.subarray(0, 32), 64) && own(second, 6, journal.subarray(32), 8 + 2420);
  if (!good) throw new Refused('checkpoint-invalid', { origin: point.origin });
  const time = second.signature.subarray(0, 8);
  const signed = fromBigEndian(time) <= LATEST
    && verifyJournal(journal, 0, point.text, first.signature)
    && verifyJournal(journal, 1, cosigned(point.origin, point, time), second.signature.subarray(8));
  if (!signed) throw new Refused('checkpoint-invalid', { origin: point.origin });
  return { ...point, time: Number(fromBigEndian(time)) };
}

function cosignedBy(point, { name, signature }, { journal }) {
  const time = signature.subarray(0, 8);
  const message = cosigned(name, point, time);
  return signature.length === 8 + 2420 && fromBigEndian(time) <= LATEST
    && verifyJournal(journal, 1, message, signature.subarray(8));
}

/** Which of the known stations saw this checkpoint. A false line in a known name refuses it (rule 19). */
export function witnesses(point, known) {
  const seen = [];
  for (const line of point.lines.slice(2)) {
    const match = ORIGIN.exec(line.name);
    const witness = known.find(({ subject }) => match && subject.code === match[1]
      && same(line.id, keyId(line.name, 6, subject.journal.subarray(32))));
    if (!witness || witness.subject.code === point.code) continue;
    if (!cosignedBy(point, line, witness.subject)) throw new Refused('checkpoint-invalid', { origin: line.name });
    seen.push({ name: line.name, time: Number(fromBigEndian(line.signature.subarray(0, 8))) });
  }
  return seen;
}

/** When a known witness saw this checkpoint, by its first line; 0 if it did not (spec/witness.md). */
export function seenBy(point, witness) {
  const { subject } = witness;
  const line = point.lines.slice(2).find(({ name, id }) => ORIGIN.exec(name)?.[1] === subject.code
    && same(id, keyId(name, 6, subject.journal.subarray(32))));
  if (!line) return 0;
  if (!cosignedBy(point, line, subject)) throw new Refused('checkpoint-invalid', { origin: line.name });
  return Number(fromBigEndian(line.signature.subarray(0, 8)));
}

const HEAD = 'c2sp.org/tlog-proof@v1';

export function parseProof(bytes) {
  const text = fromUtf8(bytes);
  if (text === null) throw malformed('proof', 'not-utf8');
  const border = text.indexOf('\n\n');
  const [head, index, ...hashes] = text.slice(0, Math.max(border, 0)).split('\n');
  const numbered = /^index (.*)$/.exec(index ?? '');
  if (border < 0 || head !== HEAD || !numbered || hashes.length > 64) throw malformed('proof', 'proof-form');
  const path = hashes.map((line) => {
    const hash = decoded(line, 'proof');
    if (hash.length !== 32) throw malformed('proof', 'hash-length');
    return hash;
  });
  return { index: number(numbered[1], 'proof', 'proof-form'), path, checkpoint: utf8(text.slice(border + 2)) };
}

/** Where a record stands in a station's journal (spec/proof.md, "Verification of inclusion"). */
export function verifyInclusion(bytes, record, station) {
  const proof = parseProof(bytes);
  const point = verifyCheckpoint(proof.checkpoint, station);
  included(leafHash(record), proof.index, point.size, proof.path, point.root);
  return { index: proof.index, checkpoint: point };
}
