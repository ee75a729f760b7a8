// node open.mjs SLIP SEALED SEED ROOT-FINGERPRINT CREDENTIAL... > DOCUMENT
//
// SEED is the addressee's wrapping seed in hex, as the vectors give it; credentials are files, the root first. The
// document comes out only after every check (spec/sealed.md, "Verification and release").

import { readFileSync } from 'node:fs';

import { unhex } from './bytes.mjs';
import { believe } from './credential.mjs';
import { readFingerprint } from './fingerprint.mjs';
import { Refused } from './refused.mjs';
import { openDocument } from './sealed.mjs';
import { wrappingFrom } from './suites.mjs';

const read = (path) => new Uint8Array(readFileSync(path));

const [slip, sealed, seed, fingerprint, ...credentials] = process.argv.slice(2);
if (credentials.length === 0) {
  console.error('node open.mjs SLIP SEALED SEED ROOT-FINGERPRINT CREDENTIAL... > DOCUMENT');
  process.exit(2);
}
try {
  const believed = believe(credentials.map(read), readFingerprint(fingerprint));
  process.stdout.write(openDocument(read(slip), read(sealed), wrappingFrom(unhex(seed)), believed).document);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
