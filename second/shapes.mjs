// Every format as its page says: name, limit on bytes, fields in order.

import { decode, encode } from './cbor.mjs';
import * as f from './fields.mjs';
import { malformed } from './refused.mjs';

const KiB = 1024;
const shape = (name, limit, fields) => ({ name, limit, fields: f.part(fields) });
const words = f.list(f.Word, 0, 16);

// spec/label-and-clearance.md
export const Label = f.part({
  level: f.Level, until: f.Time, caveats: words, compartments: words, copies: f.uint(0, 9999),
});
const Clearance = f.part({ level: f.Level, compartments: words });
const Facts = f.part({
  kind: f.text(1, 8), number: f.text(0, 60), issued: f.Time, subject: f.Line, name: f.text(1, 255),
  mediaType: f.text(1, 80, /^[a-z0-9.+/-]{1,80}$/),
});

// spec/signed.md
export const Signed = shape('antin/signed/1', 128 * KiB, {
  type: f.text(1, 40), suite: f.SuiteNumber,
  signers: f.list(f.part({ credential: f.Digest, use: f.Uint }), 1, 9),
  body: f.bytes(1, 128 * KiB),
  signatures: f.list(f.list(f.bytes(0, 128 * KiB), 1, 2), 1, 9),
});

// spec/credential.md
export const Subject = shape('antin/subject/1', 16 * KiB, {
  kind: f.uint(1, 3), code: f.Code, officer: f.MaybeOfficerId, name: f.Line,
  branch: f.text(0, 20, /^[a-z0-9-]{0,20}$/),
  parent: f.text(0, 35, /^[0-9A-Z.]{0,35}$/), professional: f.text(0, 35, /^[0-9A-Z.]{0,35}$/),
  roles: f.list(f.Word, 0, 8), clearance: Clearance, signing: f.sized(1984, 2689), journal: f.sized(0, 1344),
  wrapping: f.sized(0, 1216, 1665),
});
export const Request = shape('antin/request-body/1', 20 * KiB, {
  id: f.Id, subject: f.bytes(1, 16 * KiB), root: f.Digest, previous: f.MaybeDigest, handover: f.bytes(0, 8 * KiB),
  journalProofs: f.list(f.bytes(0, 4096), 0, 2), time: f.Time,
});
export const Credential = shape('antin/credential-body/1', 20 * KiB, {
  id: f.Id, subject: f.bytes(1, 16 * KiB), notBefore: f.Time, notAfter: f.Time, request: f.MaybeDigest,
  previous: f.MaybeDigest, handover: f.bytes(0, 8 * KiB), epoch: f.Uint,
});
export const Handover = shape('antin/handover-body/1', 256, {
  code: f.Code, officer: f.MaybeOfficerId, subject: f.Digest, time: f.Time,
});
export const LevelKey = shape('antin/level-key-body/1', 2 * KiB, {
  station: f.Code, level: f.Level, generation: f.uint(1, 2 ** 31), key: f.sized(1216, 1665), notBefore: f.Time,
  until: f.Time,
});

// spec/slip.md
export const Leaf = shape('antin/leaf/1', 256, {
  salt: f.Salt, addressee: f.Code, officer: f.MaybeOfficerId, precedence: f.Precedence, deadline: f.Time,
  mark: f.uint(0, 1),
});
export const Slip = shape('antin/slip-body/1', 6 * KiB, {
  sender: f.Code, epoch: f.Uint, sequence: f.Positive, leaf: Leaf.fields, index: f.uint(0, 2 ** 20),
  count: f.uint(1, 2 ** 20), path: f.Path, suite: f.SuiteNumber, statement: f.Digest, sealed: f.Digest,
  sealedSize: f.Uint, kid: f.Digest, wrapped: f.bytes(0, 4096),
});
export const Wrapped = shape('antin/wrapped/1', 2 * KiB, { key: f.bytes(32), head: f.bytes(1, 1024) });

// spec/link.md
export const LinkKeyBody = shape('antin/link-key-body/1', 512, {
  id: f.Id, station: f.Code, epoch: f.Uint, key: f.bytes(32), notBefore: f.Time, notAfter: f.Time,
});
export const LinkHello = shape('antin/link-hello/1', 256 * KiB, {
  vouching: f.bytes(1, 8 * KiB), chain: f.list(f.bytes(1, 24 * KiB), 1, 4), standing: f.bytes(0, 48 * KiB),
});
export const LinkRequest = shape('antin/link-request/1', KiB, {
  relay: f.Digest, session: f.Id, sequence: f.Uint, time: f.Time, method: f.text(1, 8), target: f.text(1, 512),
  body: f.Digest,
});

// spec/sealed.md
export const Header = shape('antin/sealed/1', 64, { suite: f.SuiteNumber, content: f.Id });
export const Head = shape('antin/head/1', 1024, {
  suite: f.SuiteNumber, content: f.Id, label: Label, author: f.Digest, statement: f.Id,
});

// spec/statement.md
export const Statement = shape('antin/statement-body/1', 24 * KiB, {
  id: f.Id, station: f.Code, epoch: f.Uint, salt: f.Salt, document: f.SuiteDigest, size: f.Uint, facts: Facts,
  label: Label, attached: f.MaybeDigest, attachedSize: f.uint(0, 512 * KiB), addresseesRoot: f.Digest,
  addressees: f.uint(1, 2 ** 20), seal: f.SuiteDigest, time: f.Time,
});
export const Attached = shape('antin/attached-body/1', 8 * KiB, {
  act: f.Word, station: f.Code, salt: f.Salt, document: f.SuiteDigest, size: f.Uint, facts: Facts, label: Label,
  over: f.MaybeDigest, time: f.Time,
});
export const AttachedList = shape('antin/attached-list/1', 512 * KiB, {
  signatures: f.list(f.bytes(1, 32 * KiB), 0, 16), credentials: f.list(f.bytes(1, 24 * KiB), 0, 16),
});
export const Vouched = shape('antin/vouched/1', 560 * KiB, {
  statement: f.bytes(1, 32 * KiB), attached: f.bytes(1, 512 * KiB),
});

// spec/record.md
export const Record = shape('antin/record-body/1', 60 * KiB, {
  id: f.Id, station: f.Code, epoch: f.Uint, kind: f.Word, time: f.Time,
  encloses: f.list(f.part({ credential: f.Digest, use: f.Uint, digest: f.Digest }), 0, 600),
  public: f.bytes(0, 60 * KiB), secret: f.MaybeDigest,
});

// spec/receipt.md, spec/status.md
export const Result = shape('antin/result/1', 2 * KiB, {
  sender: f.Code, epoch: f.Uint, precedence: f.Precedence, sequence: f.Positive, slip: f.Digest, result: f.Word,
  statement: f.MaybeDigest, seal: f.MaybeSuiteDigest, reason: f.text(0, 40),
  directory: f.part({ origin: f.text(0, 80), size: f.Uint, root: f.MaybeDigest }),
});
export const Receipt = shape('antin/receipt/1', 132 * KiB, {
  record: f.bytes(1, 112 * KiB), proof: f.bytes(1, 16 * KiB),
});
const statusLeaf = { credential: f.Id, state: f.Word, since: f.Time, scopes: f.list(f.Scope, 0, 256) };
export const StatusLeaf = shape('antin/status-leaf/1', 12 * KiB, statusLeaf);
export const Status = shape('antin/status/1', 256, { asOf: f.Time, size: f.Uint, root: f.Digest });
export const StatusProof = shape('antin/status-proof/1', 48 * KiB, {
  record: f.bytes(1, 16 * KiB), proof: f.bytes(1, 16 * KiB), leaf: f.part(statusLeaf), index: f.Uint, path: f.Path,
});

// spec/proof.md, spec/bundle.md, spec/keystore.md, spec/file.md
export const Consistency = shape('antin/consistency/1', 8 * KiB, {
  origin: f.text(1, 80), old: f.Positive, new: f.Uint, path: f.ProofPath,
});
export const Frame = shape('antin/frame/1', 127, { kind: f.Word, name: f.text(0, 80), size: f.uint(0, 2 ** 50) });
export const Seeds = shape('antin/seeds/1', KiB, {
  suite: f.SuiteNumber, signing: f.bytes(0, 128), wrapping: f.bytes(0, 128),
});
export const Locked = shape('antin/locked/1', 64 * KiB, {
  purpose: f.Word,
  cost: f.part({ memory: f.uint(8, 4_194_304), passes: f.uint(1, 64), lanes: f.uint(1, 16) }),
  salt: f.bytes(16), nonce: f.bytes(12), sealed: f.bytes(16, 60 * KiB),
});
export const FileHeader = shape('antin/file/1', 4 * KiB * KiB, {
  suite: f.SuiteNumber, content: f.Id,
  stanzas: f.list(f.part({ kid: f.Digest, wrapped: f.bytes(1, 4096) }), 1, 1000),
});
export const FileStatement = shape('antin/file-statement-body/1', 8 * KiB, {
  salt: f.Salt, document: f.SuiteDigest, size: f.Uint, seal: f.MaybeSuiteDigest, time: f.Time, name: f.text(0, 255),
});

// spec/restore.md
const loss = { restoredSize: f.Uint, restoredRoot: f.Digest, knownSize: f.Uint, knownRoot: f.Digest };
const lost = f.list(f.part({ credential: f.Digest, first: f.Uint, last: f.Uint }), 0, 100);
export const EpochBegun = shape('antin/epoch-begun/1', 16 * KiB, { ...loss, lost });
export const EpochAccepted = shape('antin/epoch-accepted/1', 512, {
  code: f.Code, epoch: f.Uint, ...loss, record: f.Digest,
});

// spec/dispatch.md
export const Sequences = shape('antin/sequences/1', 256, { count: f.uint(1, 2 ** 20), root: f.Digest });
const SequencesLeafFields = {
  salt: f.Id, addressee: f.Code,
  lasts: f.list(f.part({ precedence: f.Precedence, sequence: f.Positive }), 1, 5),
};
export const SequencesLeaf = shape('antin/sequences-leaf/1', 256, SequencesLeafFields);
export const SequencesProof = shape('antin/sequences-proof/1', 8 * KiB, {
  record: f.bytes(1, 4 * KiB), leaf: f.part(SequencesLeafFields), index: f.Uint, path: f.ProofPath,
});

// spec/ballot.md
const Candidate = f.text(1, 40, /^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/);
const seats = f.list(f.part({ code: f.Code, kid: f.Digest, opening: f.sized(1216, 1665) }), 2, 16);
export const BallotRound = shape('antin/ballot-round/1', 32 * KiB, {
  campaign: f.Digest, number: f.uint(1, 999), level: f.Level, suite: f.SuiteNumber, members: seats,
  candidates: f.list(Candidate, 1, 64), most: f.uint(1, 1_000_000), total: f.uint(0, 64_000_000),
});
export const Ballot = shape('antin/ballot/1', 512, { round: f.Digest, tracker: f.Id, marks: f.bytes(4, 256) });
export const BallotList = shape('antin/ballot-list/1', KiB * KiB, {
  round: f.Digest, position: f.uint(0, 16), items: f.list(f.bytes(1, 56 * KiB), 2, 16),
});
const BallotTally = shape('antin/ballot-tally/1', 8 * KiB, {
  round: f.Digest, list: f.Digest, valid: f.uint(0, 16), invalid: f.uint(0, 16),
  sums: f.list(f.part({ candidate: Candidate, marks: f.Uint }), 1, 64),
});

// read and written again; what spec/later.md has is acted on never
export const LATER = {
  'epoch-begun': EpochBegun,
  'epoch-accepted': EpochAccepted,
  'ballot-round': BallotRound,
  ballot: Ballot,
  'ballot-tally': BallotTally,
  address: shape('antin/address/1', 512, { statement: f.Digest, leaf: f.Digest }),
  status: Status,
};

/** The fields of a format, or a refusal (spec/encoding.md, "Verification"). */
export function parse(format, bytes) {
  const value = decode(bytes, format.limit, format.name);
  if (!Array.isArray(value) || value[0] !== format.name) throw malformed(format.name, 'other-format');
  return format.fields.read(value.slice(1), format.name);
}

export function write(format, object) {
  return encode([format.name, ...format.fields.write(object)]);
}
