// The sender's statement and the signatures attached to a document (spec/statement.md).

import { Refused } from './refused.mjs';
import { Attached, Statement, parse } from './shapes.mjs';
import { parseSigned, verifySigned } from './signed.mjs';
import { AGENCY, OFFICER } from './credential.mjs';

export function verifyStatement(bytes, believed) {
  const object = parseSigned(bytes, 'antin/statement/1');
  const [author] = verifySigned(object, believed);
  const body = parse(Statement, object.body);
  if (author.subject.kind !== OFFICER || author.subject.code !== body.station) {
    throw new Refused('signer-not-of-station', { station: body.station });
  }
  return { bytes, body, author };
}

const ACTS = { sign: [OFFICER], stamp: [OFFICER, AGENCY] };

export function verifyAttached(bytes, believed) {
  const object = parseSigned(bytes, 'antin/attached/1');
  const signers = verifySigned(object, believed);
  const body = parse(Attached, object.body);
  if (signers.some(({ subject }) => subject.code !== body.station)) {
    throw new Refused('signer-not-of-station', { station: body.station });
  }
  const kinds = Object.hasOwn(ACTS, body.act) ? ACTS[body.act] : [];
  const entitled = kinds.length === signers.length && kinds.every((kind, at) => signers[at].subject.kind === kind);
  if (!entitled) throw new Refused('signer-not-entitled', { act: body.act });
  return { bytes, body, signers };
}
