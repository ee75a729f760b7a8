// The table of kinds (spec/record.md): who may issue a record, under which signature, and the shape of its public part.

import * as f from './fields.mjs';
import { malformed, Refused } from './refused.mjs';
import { RESULTS } from './record.mjs';
import { EpochAccepted, EpochBegun, Result, Sequences, Status, parse } from './shapes.mjs';
import { OFFICER } from './credential.mjs';

const LIMIT = 60 * 1024;
const KIND = f.uint(1, 3);
const reason = f.text(0, 40);
const slips = f.list(f.part({
  addressee: f.Code, officer: f.MaybeOfficerId, precedence: f.Precedence, sequence: f.Positive, deadline: f.Time,
  slip: f.Digest,
}), 1, 250);

const PUBLIC = {
  'station-created': { code: f.Code, credential: f.Digest, root: f.Digest },
  'officer-enrolled': { officer: f.OfficerId, credential: f.Digest, roles: f.list(f.Word, 0, 8), level: f.Level },
  'credential-issued': { id: f.Id, credential: f.Digest, kind: KIND, notAfter: f.Time },
  'credential-revoked': { id: f.Id, since: f.Time, reason },
  'document-signed': {
    id: f.Id, level: f.Level, size: f.Uint, document: f.SuiteDigest, kind: f.text(1, 8), hasSubject: f.bool,
    attached: f.Digest,
  },
  'document-stamped': { id: f.Id, attached: f.Digest },
  sent: {
    id: f.Id, statement: f.Digest, seal: f.SuiteDigest, sealed: f.Digest, sealedSize: f.Uint, level: f.Level,
    precedence: f.Precedence, hasSubject: f.bool, count: f.uint(1, 2 ** 20), slips,
  },
  addressed: { statement: f.Digest, slips },
  opening: { slip: f.Digest, officer: f.OfficerId },
  'receipt-received': {
    slip: f.Digest, sender: f.Code, result: f.Word, reason, receipt: f.Digest, time: f.Time, origin: f.text(1, 80),
    index: f.Uint, size: f.Uint, root: f.Digest,
  },
  assigned: { slip: f.Digest, officer: f.OfficerId },
  'right-refused': { act: f.Word, who: f.Line, code: f.Word, about: f.MaybeDigest },
  'conflict-noticed': { about: f.text(0, 80), code: f.Word, evidence: f.Digest },
  'link-key': { id: f.Id, vouching: f.Digest, key: f.Digest, notAfter: f.Time },
  'uses-lost': { lost: f.list(f.part({ credential: f.Digest, first: f.Uint, last: f.Uint }), 1, 100) },
};

const own = (...roles) => ({ station: false, roles });
const STATION = { station: true, roles: [] };
const EITHER = { station: true, roles: null };
const desk = ['officer', 'cipher', 'registrar'];
const SIGNERS = {
  'station-created': STATION, 'officer-enrolled': STATION, 'credential-issued': STATION, 'credential-revoked': STATION,
  status: STATION, 'document-signed': own('leader'), 'document-stamped': { station: true, roles: ['registrar'] },
  sent: own(...desk), addressed: own(...desk), arrived: STATION, accepted: own(...desk, 'leader'),
  opening: own(...desk, 'leader'), opened: own(...desk, 'leader'), refused: EITHER, expired: STATION,
  'receipt-received': STATION, assigned: own('leader', 'registrar', 'cipher'), 'right-refused': STATION,
  'conflict-noticed': STATION, 'link-key': STATION, 'uses-lost': EITHER, 'epoch-begun': own('cipher', 'leader'),
  'epoch-accepted': STATION, sequences: STATION,
};
const HYBRID = [
  'station-created', 'officer-enrolled', 'credential-issued', 'credential-revoked', 'status', 'epoch-begun',
  'epoch-accepted',
];
const SHAPES = { status: Status, sequences: Sequences, 'epoch-begun': EpochBegun, 'epoch-accepted': EpochAccepted };

function shapeOf(kind) {
  if (RESULTS.includes(kind)) return Result;
  if (Object.hasOwn(SHAPES, kind)) return SHAPES[kind];
  return { name: `antin/${kind}/1`, limit: LIMIT, fields: f.part(PUBLIC[kind]) };
}

function entitled(rule, { subject }) {
  if (subject.kind !== OFFICER) return rule.station;
  return rule.roles === null || rule.roles.some((role) => subject.roles.includes(role));
}

/** The public part of a record whose signatures hold (step 3 of spec/record.md). */
export function publicPart(record) {
  const { kind } = record.body;
  const rule = Object.hasOwn(SIGNERS, kind) ? SIGNERS[kind] : null;
  if (!rule) throw malformed('record', 'kind');
  if (HYBRID.includes(kind) && record.object.type !== 'antin/record/1') throw malformed('record', 'other-type');
  if (!record.signers.every((each) => entitled(rule, each))) throw new Refused('signer-not-entitled', { kind });
  return parse(shapeOf(kind), record.body.public);
}
