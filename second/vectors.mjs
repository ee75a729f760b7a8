// Reads the files of vectors/ (vectors/README.md).

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { fromBase64, unhex } from './bytes.mjs';

/** `key: value` lines; a line that starts with a space continues the one before, without that space. */
function readPairs(path) {
  const pairs = new Map();
  let last = null;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (line.startsWith(' ')) {
      pairs.set(last, pairs.get(last) + line.slice(1));
    } else if (line !== '' && !line.startsWith('#')) {
      const border = line.indexOf(':');
      last = line.slice(0, border);
      pairs.set(last, line.slice(border + 1).replace(/^ /, ''));
    }
  }
  return pairs;
}

function bytesOf(text, shared) {
  const [form, value = ''] = text.split(' ');
  if (form === 'hex') return unhex(value);
  if (form === 'base64') return fromBase64(value);
  if (form === 'shared') return shared.get(value);
  return undefined;
}

export class Vector {
  constructor(pairs, shared) {
    Object.assign(this, { pairs, shared });
    [this.name, this.check, this.expect] = ['name', 'check', 'expect'].map((key) => pairs.get(key));
  }

  has(key) { return this.pairs.has(key); }

  text(key) { return this.pairs.get(key); }

  number(key) { return Number(this.pairs.get(key)); }

  words(key) { return (this.pairs.get(key) ?? '').split(' ').filter(Boolean); }

  bytes(key) { return bytesOf(this.pairs.get(key), this.shared); }

  hashes(key) {
    const raw = unhex(this.pairs.get(key).split(' ')[1] ?? '');
    return Array.from({ length: raw.length / 32 }, (_, at) => raw.subarray(at * 32, at * 32 + 32));
  }

  /** The credentials that `key` lists, from shared.txt. */
  credentials(key) { return this.words(key).map((name) => this.shared.get(name)); }
}

export function loadVectors(folder) {
  const shared = new Map();
  for (const [name, value] of readPairs(join(folder, 'shared.txt'))) shared.set(name, bytesOf(value));
  const groups = readdirSync(folder).filter((each) => statSync(join(folder, each)).isDirectory()).sort();
  const files = groups.flatMap((group) => readdirSync(join(folder, group)).filter((each) => each.endsWith('.txt'))
    .sort().map((each) => join(folder, group, each)));
  return files.map((path) => new Vector(readPairs(path), shared));
}
