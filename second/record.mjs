// Records and receipts (spec/record.md, spec/receipt.md).

import { same } from './bytes.mjs';
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from './bytes.mjs';
import { RESULTS, checkRight } from './kinds.mjs';
import { included, leafHash } from './merkle.mjs';
import { verifyInclusion } from './note.mjs';
import { Refused, malformed } from './refused.mjs';
import { Receipt, Record, Result, Status, StatusLeaf, StatusProof, parse, write } from './shapes.mjs';
import { parseSigned, verifySigned } from './signed.mjs';

/** Steps 1 and 2 of spec/record.md. */
export function verifyRecord(bytes, believed) {
  const object = parseSigned(bytes, 'antin/record/1', 'antin/quick-record/1');
  const signers = verifySigned(object, believed);
  const body = parse(Record, object.body);
  if (signers.some(({ subject }) => subject.code !== body.station)) {
    throw new Refused('signer-not-of-station', { station: body.station });
  }
  return { bytes, object, body, signers };
}

/** Step 6: whether this is the secret part that was signed for. */
export const secretIs = (body, salt, secret) => same(sha256(concat(salt, secret)), body.secret);

/** A record and its proof, both under one station (spec/receipt.md, steps 1, 3 and 4). */
export function verifyPlaced(bytes, station, believed) {
  const receipt = parse(Receipt, bytes);
  const record = verifyRecord(receipt.record, believed);
  if (record.body.station !== station.subject.code) {
    throw new Refused('signer-not-of-station', { station: record.body.station });
  }
  return { ...record, proof: receipt.proof };
}

export function place(record, station) {
  const found = verifyInclusion(record.proof, record.bytes, station);
  const { code, epoch } = found.checkpoint;
  if (code !== record.body.station || epoch !== record.body.epoch) throw new Refused('checkpoint-invalid');
  return found;
}

/** A state, or the codes of an authority, as the authority above says them (spec/status.md, "Verification"). */
export function verifyStatus(bytes, authority, believed) {
  const proof = parse(StatusProof, bytes);
  const record = { ...verifyRecord(proof.record, believed), proof: proof.proof };
  const [{ subject: signer }, ...more] = record.signers;
  // Under this credential or another of the same authority: a renewed one says the states from then on.
  const own = more.length === 0 && signer.kind === authority.subject.kind && signer.code === authority.subject.code;
  if (record.body.kind !== 'status' || !own) throw new Refused('credential-not-in-directory');
  checkRight(record);
  place(record, authority);
  const { size, root, asOf } = parse(Status, record.body.public);
  included(leafHash(write(StatusLeaf, proof.leaf)), proof.index, size, proof.path, root);
  return { ...record, leaf: proof.leaf, asOf };
}

export function verifyReceipt(bytes, station, believed) {
  const record = verifyPlaced(bytes, station, believed);
  checkRight(record);
  const result = parse(Result, record.body.public);
  if (!RESULTS.includes(result.result) || result.result !== record.body.kind) throw malformed('receipt', 'result');
  const { index, checkpoint } = place(record, station);
  return { ...record, result, index, checkpoint };
}
