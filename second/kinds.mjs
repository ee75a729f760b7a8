// The table of kinds (spec/record.md): who may make a record, how many hands and which signature it takes, and the
// shape of its public part.

import * as f from './fields.mjs';
import { malformed, Refused } from './refused.mjs';
import { EpochAccepted, EpochBegun, Result, Sequences, Status, parse } from './shapes.mjs';
import { OFFICER } from './credential.mjs';

export const RESULTS = ['arrived', 'accepted', 'opened', 'refused', 'expired'];

const LIMIT = 60 * 1024;
const KIND = f.uint(1, 3);
const reason = f.text(0, 40);
const slips = f.list(f.part({
  addressee: f.Code, officer: f.MaybeOfficerId, precedence: f.Precedence, sequence: f.Uint, deadline: f.Time,
  slip: f.Digest,
}), 1, 250);

const PUBLIC = {
  'credential-issued': {
    id: f.Id, credential: f.Digest, kind: KIND, code: f.MaybeCode, epoch: f.Uint, previous: f.MaybeDigest,
    notAfter: f.Time,
  },
  sent: {
    id: f.Id, statement: f.Digest, seal: f.SuiteDigest, sealed: f.Digest, sealedSize: f.Uint, level: f.Level,
    precedence: f.Precedence, hasSubject: f.bool, count: f.Uint, slips,
  },
  addressed: { statement: f.Digest, slips },
};

const rule = (hybrid, by, roles = [], hands = 1) => ({ hybrid, by, roles, hands });
const desk = ['officer', 'cipher', 'registrar', 'leader'];
const [STATION, PERSON, EITHER] = [['station'], ['officer'], ['station', 'officer']];
const [QUICK, HYBRID] = [rule(false, STATION), rule(true, STATION)];
const [DESK, LEADER] = [rule(false, PERSON, desk), rule(false, PERSON, ['leader'])];
const SENDERS = rule(false, PERSON, ['officer', 'cipher', 'registrar']);
const TWO = rule(true, PERSON, ['cipher', 'leader'], 2);
const each = (names, one) => Object.fromEntries(names.split(' ').map((name) => [name, one]));

const RULES = {
  ...each('station-created station-renewed officer-enrolled credential-issued credential-revoked codes-allotted status'
    + ' epoch-accepted', HYBRID),
  ...each('level-keys link-key arrived expired receipt-received right-refused conflict-noticed sequences renewal-asked',
    QUICK),
  ...each('sent addressed paper-published', SENDERS),
  ...each('accepted opening opened', DESK),
  'document-signed': LEADER,
  'document-stamped': rule(false, EITHER, ['registrar']),
  refused: rule(false, EITHER),
  assigned: rule(false, PERSON, ['leader', 'registrar', 'cipher']),
  ...each('name-agreed document-cancelled', rule(false, PERSON, ['cipher', 'leader', 'registrar'])),
  'uses-lost': rule(false, EITHER),
  'epoch-begun': TWO,
  'authority-resumed': rule(true, EITHER, ['cipher', 'leader'], 2),
  'clock-set-back': rule(true, EITHER, ['cipher', 'leader'], 2),
};
const SHAPES = { status: Status, sequences: Sequences, 'epoch-begun': EpochBegun, 'epoch-accepted': EpochAccepted };

function shapeOf(kind) {
  if (RESULTS.includes(kind)) return Result;
  if (Object.hasOwn(SHAPES, kind)) return SHAPES[kind];
  if (!Object.hasOwn(PUBLIC, kind)) throw malformed('record', 'kind');
  return { name: `antin/${kind}/1`, limit: LIMIT, fields: f.part(PUBLIC[kind]) };
}

/** Step 3 of spec/record.md: whether the signers of a record may make one of its kind. */
export function checkRight({ object, body, signers }) {
  const { kind } = body;
  if (!Object.hasOwn(RULES, kind)) throw new Refused('record-kind-unknown', { kind });
  const { hybrid, by, roles, hands } = RULES[kind];
  if (hybrid && object.type !== 'antin/record/1') throw new Refused('record-needs-hybrid', { kind });
  const persons = new Set(signers.map(({ subject }) => `${subject.code}/${subject.officer}`));
  if (persons.size < hands) throw new Refused('hands-missing', { kind });
  for (const { subject } of signers) {
    const person = subject.kind === OFFICER;
    if (!by.includes(person ? 'officer' : 'station')) throw new Refused('record-not-entitled', { kind });
    if (person && roles.length > 0 && !roles.some((role) => subject.roles.includes(role))) {
      throw new Refused('role-missing', { kind });
    }
  }
}

/** The public part of a record whose signatures hold, by whoever may make it. */
export function publicPart(record) {
  checkRight(record);
  return parse(shapeOf(record.body.kind), record.body.public);
}
