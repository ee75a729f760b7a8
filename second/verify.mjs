// node verify.mjs BUNDLE FINGERPRINT [DOCUMENT]: judges evidence by the root's fingerprint, from another channel.

import { readFileSync } from 'node:fs';

import { verifyEvidence } from './evidence.mjs';
import { readFingerprint } from './fingerprint.mjs';
import { Refused } from './refused.mjs';

const read = (path) => new Uint8Array(readFileSync(path));

const [bundle, fingerprint, document] = process.argv.slice(2);
if (!fingerprint) {
  console.error('node verify.mjs BUNDLE FINGERPRINT [DOCUMENT]');
  process.exit(2);
}
try {
  const found = verifyEvidence(read(bundle), readFingerprint(fingerprint), document ? read(document) : null);
  console.log(JSON.stringify(found, null, 2));
  process.exitCode = found.verdict === 'valid' ? 0 : 1;
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.log(JSON.stringify({ verdict: 'invalid', code: error.code, ...error.fields }));
  process.exitCode = 1;
}
