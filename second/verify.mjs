// node verify.mjs BUNDLE FINGERPRINT [DOCUMENT]: judges evidence by the root's fingerprint, in hex, from another channel.

import { readFileSync } from 'node:fs';

import { hex, unhex } from './bytes.mjs';
import { verifyEvidence } from './evidence.mjs';
import { Refused } from './refused.mjs';

const read = (path) => new Uint8Array(readFileSync(path));

function fingerprintOf(text) {
  const raw = unhex(text.toLowerCase());
  // Whoever asks a person for a fingerprint demands at least 25 bytes of it (spec/credential.md, "Limits").
  if (hex(raw) !== text.toLowerCase() || raw.length < 25) throw new Refused('fingerprint-malformed');
  return raw;
}

const [bundle, fingerprint, document] = process.argv.slice(2);
if (!fingerprint) {
  console.error('node verify.mjs BUNDLE FINGERPRINT [DOCUMENT]');
  process.exit(2);
}
try {
  const found = verifyEvidence(read(bundle), fingerprintOf(fingerprint), document ? read(document) : null);
  console.log(JSON.stringify(found, null, 2));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(JSON.stringify({ refused: error.code, ...error.fields }));
  process.exitCode = 1;
}
