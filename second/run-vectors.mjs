// node run-vectors.mjs [FOLDER]: every case of vectors/, judged without a line of the first implementation.

import { fileURLToPath } from 'node:url';

import { CHECKS, STATION_CHECKS, shown } from './checks.mjs';
import { Refused } from './refused.mjs';
import { loadVectors } from './vectors.mjs';

/** `ok`, or the refusal as the vectors write it. Anything but a refusal is a fault of ours and is thrown on. */
function outcome(run) {
  try {
    return { code: 'ok', fields: {}, results: run() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.code, fields: error.fields, text: error.message };
  }
}

function differs(got, expect) {
  const [code, ...fields] = expect.split(' ');
  if (got.code !== code) return `expected ${expect}, got ${got.text ?? 'ok'}`;
  const wrong = fields.map((each) => each.split('=')).find(([key, value]) => String(got.fields[key]) !== value);
  return wrong ? `expected ${expect}, got ${got.text}` : null;
}

function differsInResults(vector, results) {
  for (const [key, value] of vector.pairs) {
    if (!key.startsWith('result.')) continue;
    const name = key.slice('result.'.length);
    const found = results[name];
    const wanted = value.startsWith('hex') || value.startsWith('base64 ') ? shown(vector.bytes(key)) : value;
    if (found === undefined || shown(found) !== wanted) return `${key} is ${shown(found).slice(0, 80)}`;
  }
  return null;
}

function judge(vector) {
  const got = outcome(() => CHECKS[vector.check](vector));
  const difference = differs(got, vector.expect) ?? (got.code === 'ok' ? differsInResults(vector, got.results) : null);
  if (difference || !vector.has('station_expects')) return difference;
  return differs(outcome(() => STATION_CHECKS[vector.check](vector)), vector.text('station_expects'));
}

const folder = process.argv[2] ?? fileURLToPath(new URL('../vectors', import.meta.url));
const counts = { passed: 0, failed: 0, skipped: 0 };
for (const vector of loadVectors(folder)) {
  if (!Object.hasOwn(CHECKS, vector.check)) {
    counts.skipped += 1;
    console.log(`skipped ${vector.name}: no such check here: ${vector.check}`);
    continue;
  }
  let difference;
  try {
    difference = judge(vector);
  } catch (error) {
    difference = error.stack;
  }
  counts[difference ? 'failed' : 'passed'] += 1;
  if (difference) console.log(`failed ${vector.name}: ${difference}`);
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
