// What each `check` of vectors/README.md means. A check returns its results under the names that the vectors use.

import { sha256 } from '@noble/hashes/sha2.js';

import { count, peel, readList, readRound } from './ballot.mjs';
import { readBundle } from './bundle.mjs';
import { concat, hex, utf8 } from './bytes.mjs';
import { decode, encode } from './cbor.mjs';
import {
  believe, covers, dominates, handedOver, validAt, verifyCredential, verifyLevelKey, verifyRequest, verifyRoot,
} from './credential.mjs';
import { verifySequences, walk } from './dispatch.mjs';
import { verifyEpochBegun } from './epoch.mjs';
import { parsePublicLine, publicLine, unseal } from './file.mjs';
import { unlock } from './keystore.mjs';
import { verifyHello, verifyLinkKey, verifyRequestSignature } from './link.mjs';
import { consistent, included, leafHash, sealedDigest } from './merkle.mjs';
import { keyId, seenBy, verifyCheckpoint, verifyInclusion } from './note.mjs';
import { secretIs, verifyReceipt, verifyRecord } from './record.mjs';
import { Refused } from './refused.mjs';
import { checkOpened, findings, openBlob, padme } from './sealed.mjs';
import { Head, LATER, StatusLeaf, Subject, parse, write } from './shapes.mjs';
import { checkAddressed, infoOf, leafOf, unwrap, verifySlip } from './slip.mjs';
import { verifyAttached, verifyStatement } from './statement.mjs';
import { parseTilePath, readEntries, rootOfTile, tilesOf } from './tiles.mjs';
import { documentDigest, keysFrom, suiteDigest, suiteOf, weakEd25519, weakX25519, wrappingFrom } from './suites.mjs';

const trust = (v) => believe(v.credentials('trust'));
const lastOf = (v, key) => [...believe(v.credentials(key)).values()].at(-1);

// A case of file mode does not name the suite of its seeds; their length does.
const keys = (v, prefix = '') => {
  const [signing, wrapping] = [v.bytes(`${prefix}signing_seed`), v.bytes(`${prefix}wrapping_seed`)];
  return keysFrom(suiteOf(signing.length === 64 ? 1 : 2), signing, wrapping);
};
const lineOf = (own) => publicLine(own.number, own.signing, own.wrapping.public);

export const CHECKS = {
  decode: (v) => ({ again: encode(decode(v.bytes('bytes'), v.number('limit'))) }),
  digest: (v) => ({ digest: suiteDigest(suiteOf(v.number('suite')), v.bytes('part1'), v.bytes('part2')) }),
  keys(v) {
    const own = keysFrom(suiteOf(v.number('suite')), v.bytes('signing_seed'), v.bytes('wrapping_seed'));
    return {
      signing_public: sha256(own.signing), wrapping_public: sha256(own.wrapping.public), signing_kid: own.signingKid,
      wrapping_kid: own.wrappingKid,
    };
  },
  weak(v) {
    const weak = v.text('curve') === 'ed25519' ? weakEd25519 : weakX25519;
    if (weak(v.bytes('bytes'))) throw new Refused('key-malformed', { why: 'small-order-or-not-canonical' });
    return {};
  },
  root: (v) => ({ kid: verifyRoot(v.bytes('bytes'), v.bytes('fingerprint')).kid }),
  credential(v) {
    const found = verifyCredential(v.bytes('bytes'), lastOf(v, 'issuer'));
    if (v.has('at')) validAt(found, v.number('at'), v.has('revoked') ? v.number('revoked') : null);
    return { digest: found.digest };
  },
  request: (v) => verifyRequest(v.bytes('bytes')) && {},
  document(v) {
    const [repeat, rest] = [v.bytes('repeat'), v.bytes('rest')];
    const content = concat(...Array.from({ length: v.number('times') }, () => repeat), rest);
    return { digest: documentDigest(suiteOf(v.number('suite')), v.bytes('salt'), content) };
  },
  'level-key': (v) => {
    const { level, generation, until } = verifyLevelKey(v.bytes('bytes'), lastOf(v, 'station'));
    return { level, generation, until };
  },
  handover: (v) => ({ continued: handedOver(lastOf(v, 'heir'), lastOf(v, 'before')) }),
  covers: (v) => ({ covers: covers(v.words('scopes'), v.text('code')) }),
  dominates(v) {
    const { clearance } = parse(Subject, v.bytes('subject'));
    return { dominates: dominates(clearance, parse(Head, v.bytes('head')).label) };
  },
  record(v) {
    const { body } = verifyRecord(v.bytes('bytes'), trust(v));
    const shown = v.has('secret') && !secretIs(body, v.bytes('salt'), v.bytes('secret'));
    return { kind: body.kind, secret: shown ? 'other' : 'same' };
  },
  statement: (v) => ({ author: verifyStatement(v.bytes('bytes'), trust(v)).author.digest }),
  attached: (v) => ({ signers: verifyAttached(v.bytes('bytes'), trust(v)).signers.length }),
  slip(v) {
    const slip = verifySlip(v.bytes('bytes'), trust(v));
    checkAddressed(slip, v.bytes('addressees_root'), v.number('addressees'));
    return { leaf: leafOf(slip), info: infoOf(slip) };
  },
  unwrap: (v) => unwrap(verifySlip(v.bytes('bytes'), trust(v)), wrappingFrom(v.bytes('wrapping_seed'))),
  open(v) {
    const opened = openBlob(v.bytes('bytes'), v.bytes('head'), v.bytes('key'));
    return { document: opened.document, ...findings(opened, verifyStatement(opened.statement, trust(v))) };
  },
  sizes: (v) => ({ padded: v.words('sizes').map((size) => padme(Number(size))).join(' ') }),
  pieces: (v) => ({ digest: sealedDigest(new Uint8Array(v.number('times')).fill(v.number('byte'))) }),
  checkpoint: (v) => verifyCheckpoint(v.bytes('bytes'), lastOf(v, 'station')),
  'key-id'(v) {
    const [origin, key] = [v.text('origin'), v.bytes('public')];
    return { ed25519: keyId(origin, 1, key.subarray(0, 32)), mldsa44: keyId(origin, 6, key.subarray(32)) };
  },
  included: (v) => verifyInclusion(v.bytes('bytes'), v.bytes('record'), lastOf(v, 'station')),
  inclusion(v) {
    included(v.bytes('leaf'), v.number('index'), v.number('size'), v.hashes('path'), v.bytes('root'));
    return {};
  },
  consistency(v) {
    consistent(v.number('old'), v.bytes('old_root'), v.number('new'), v.bytes('new_root'), v.hashes('path'));
    return {};
  },
  cosigned: (v) => ({ time: seenBy(verifyCheckpoint(v.bytes('bytes'), lastOf(v, 'station')), lastOf(v, 'witness')) }),
  sequences: (v) => verifySequences(v.bytes('bytes'), v.text('addressee'), trust(v)),
  epoch: (v) => verifyEpochBegun(v.bytes('bytes'), trust(v)),
  'tile-path'(v) {
    const tile = parseTilePath(v.text('path'));
    return { level: tile.level, n: tile.n, width: tile.width };
  },
  tiles(v) {
    const size = v.number('size');
    const leaves = Array.from({ length: size }, (_, n) => leafHash(utf8(String(n))));
    const files = tilesOf(leaves);
    return { count: files.length, last: files.at(-1).path, digest: sha256(concat(...files.map(({ data }) => data))) };
  },
  'through-tiles': (v) => rootOfTile(v.bytes('bytes'), v.number('size'), v.bytes('root')) && {},
  'entry-bundle': (v) => ({ count: readEntries(v.bytes('bytes'), v.hashes('leaves')).length }),
  receipt(v) {
    const { result, index } = verifyReceipt(v.bytes('bytes'), lastOf(v, 'station'), trust(v));
    return { result: result.result, slip: result.slip, index };
  },
  'status-leaf'(v) {
    const leaf = parse(StatusLeaf, v.bytes('bytes'));
    included(leafHash(v.bytes('bytes')), v.number('index'), v.number('size'), v.hashes('path'), v.bytes('root'));
    return { ...leaf, scopes: leaf.scopes.join(' ') };
  },
  bundle: (v) => ({ kinds: readBundle(v.bytes('bytes'), v.text('purpose')).map(({ kind }) => kind).join(' ') }),
  unlock: (v) => ({ secret: unlock(v.bytes('bytes'), v.text('passphrase'), v.text('purpose')) }),
  'public-line'(v) {
    const { kid } = parsePublicLine(v.text('line'));
    if (v.has('signing_seed') && lineOf(keys(v)) !== v.text('line')) throw new Refused('public-key-malformed');
    return { kid };
  },
  unseal: (v) => unseal(v.bytes('bytes'), keys(v), v.has('from_signing_seed') ? lineOf(keys(v, 'from_')) : null),
  'link-key': (v) => verifyLinkKey(v.bytes('bytes'), lastOf(v, 'chain')),
  'link-hello': (v) => verifyHello(v.bytes('bytes'), v.bytes('fingerprint')),
  'link-request'(v) {
    verifyRequestSignature(v.bytes('bytes'), v.bytes('key'), v.bytes('signature'));
    return {};
  },
  'ballot-mix'(v) {
    const [round, taken] = [readRound(v.bytes('round')), readList(v.bytes('bytes'))];
    return { given: peel(round, v.number('position'), taken, v.bytes('wrapping_seed')) };
  },
  'ballot-count'(v) {
    const round = readRound(v.bytes('round'));
    return count(round, readList(v.bytes('bytes')), round.members.map((_, at) => v.bytes(`seed${at + 1}`)));
  },
  states: (v) => ({ state: walk(v.text('table'), v.text('from'), v.words('events')) }),
  form(v) {
    const format = LATER[v.text('form')];
    return { again: write(format, parse(format, v.bytes('bytes'))) };
  },
};

/** What a station demands beyond the kernel, for the cases that have `station_expects`. */
export const STATION_CHECKS = {
  open: (v) => checkOpened(openBlob(v.bytes('bytes'), v.bytes('head'), v.bytes('key')), trust(v)),
  // A rule of paper (spec/label-and-clearance.md): at level 3 the subject stays empty.
  statement(v) {
    const { body } = verifyStatement(v.bytes('bytes'), trust(v));
    if (body.label.level === 3 && body.facts.subject !== '') throw new Refused('subject-at-top-secret');
  },
};

export const shown = (value) => (value instanceof Uint8Array ? `hex ${hex(value)}` : String(value));
