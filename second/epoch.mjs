// A record that begins an epoch (spec/restore.md, "Verification", steps 1 and 2): two officers, both entitled.

import { OFFICER } from './credential.mjs';
import { verifyRecord } from './record.mjs';
import { Refused, malformed } from './refused.mjs';
import { EpochBegun, parse } from './shapes.mjs';

const ROLES = ['cipher', 'leader'];

export function verifyEpochBegun(bytes, believed) {
  const { object, body, signers } = verifyRecord(bytes, believed);
  if (body.kind !== 'epoch-begun') throw malformed('record', 'kind');
  if (object.type !== 'antin/record/1') throw new Refused('record-needs-hybrid', { kind: body.kind });
  const persons = new Set(signers.map(({ subject }) => `${subject.code}/${subject.officer}`));
  if (persons.size < 2) throw new Refused('hands-missing', { kind: body.kind });
  for (const { subject } of signers) {
    if (subject.kind !== OFFICER) throw new Refused('record-not-entitled', { kind: body.kind });
    if (!ROLES.some((role) => subject.roles.includes(role))) throw new Refused('role-missing', { kind: body.kind });
  }
  const begun = parse(EpochBegun, body.public);
  return { epoch: body.epoch, restored: begun.restoredSize, known: begun.knownSize };
}
