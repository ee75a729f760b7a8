// node jobs.mjs < JOBS > ANSWERS: many openings and judgements in one process, one JSON object a line.
//
//   {"do": "trust", "credentials": [BASE64, ...]}                  whom the jobs after it believe, root first
//   {"do": "open", "slip": BASE64, "sealed": BASE64, "seed": HEX}  → document, statement, author, attached
//   {"do": "evidence", "bundle": BASE64, "fingerprint": TEXT}      → verdict, missing, records, …
//   {"do": "unseal", "file": BASE64, "key": TEXT, "from": TEXT}    → document, name; "from" null for anyone
//   {"do": "detached", "signature": BASE64, "document": BASE64, "from": TEXT}  → name
//   {"do": "decode", "bytes": HEX, "limit": N}                     → again (HEX): read and written again
//
// What is refused is answered with {"refused": CODE, ...}.

import { createInterface } from 'node:readline';

import { fromBase64, hex, unhex } from './bytes.mjs';
import { decode, encode } from './cbor.mjs';
import { believe } from './credential.mjs';
import { verifyEvidence } from './evidence.mjs';
import { parseSecretKey, unseal, verifyDetached } from './file.mjs';
import { readFingerprint } from './fingerprint.mjs';
import { Refused } from './refused.mjs';
import { openDocument } from './sealed.mjs';
import { objectDigest, wrappingFrom } from './suites.mjs';

let believed = new Map();
const keys = new Map(); // a seed is expanded once, not once a job

function keyOf(seed) {
  if (!keys.has(seed)) keys.set(seed, wrappingFrom(unhex(seed)));
  return keys.get(seed);
}

const JOBS = {
  trust({ credentials }) {
    believed = believe(credentials.map(fromBase64));
    return { believed: believed.size };
  },
  open({ slip, sealed, seed }) {
    const found = openDocument(fromBase64(slip), fromBase64(sealed), keyOf(seed), believed);
    return {
      document: Buffer.from(found.document).toString('base64'), statement: hex(objectDigest(found.statement.bytes)),
      author: hex(found.statement.author.digest), attached: found.attached.length,
    };
  },
  evidence: ({ bundle, fingerprint, document }) => verifyEvidence(
    fromBase64(bundle), readFingerprint(fingerprint), document ? fromBase64(document) : null,
  ),
  decode: ({ bytes, limit }) => ({ again: hex(encode(decode(unhex(bytes), limit))) }),
  unseal({ file, key, from }) {
    const { document, name } = unseal(fromBase64(file), parseSecretKey(key), from);
    return { document: Buffer.from(document).toString('base64'), name };
  },
  detached: ({ signature, document, from }) => (
    { name: verifyDetached(fromBase64(signature), fromBase64(document), from).name }
  ),
};

function answer(line) {
  const job = JSON.parse(line);
  try {
    return JOBS[job.do](job);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { ...error.fields, refused: error.code };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() !== '') console.log(JSON.stringify(answer(line)));
}
