// A record that begins an epoch (spec/restore.md, "Verification", steps 1 and 2): two officers, both entitled.

import { checkRight } from './kinds.mjs';
import { verifyRecord } from './record.mjs';
import { malformed } from './refused.mjs';
import { EpochBegun, parse } from './shapes.mjs';

export function verifyEpochBegun(bytes, believed) {
  const record = verifyRecord(bytes, believed);
  if (record.body.kind !== 'epoch-begun') throw malformed('record', 'kind');
  checkRight(record);
  const begun = parse(EpochBegun, record.body.public);
  return { epoch: record.body.epoch, restored: begun.restoredSize, known: begun.knownSize };
}
