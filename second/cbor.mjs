// The one spelling of a value (spec/encoding.md): a strict reader, and the writer that it must agree with.
//
// Values: numbers (bigint above 2^53 - 1), Uint8Array, string, boolean, null, arrays of these.

import { readFileSync } from 'node:fs';

import { concat, fromUtf8, utf8 } from './bytes.mjs';
import { malformed } from './refused.mjs';

const DEPTH = 8;
const ITEMS = 20_000;
const MARKS = 6;
const SIMPLE = new Map([[20, false], [21, true], [22, null]]);

// The frozen table, which is part of the format: what this program's own Unicode says does not count.
const table = readFileSync(new URL('../spec/unicode-14.txt', import.meta.url), 'latin1').split('\n');
const border = table.indexOf('marks');
const classOf = (lines) => lines.filter((line) => /^[0-9A-F]/.test(line)).join(' ').split(' ')
  .map((range) => range.split('-').map((end) => `\\u{${end}}`).join('-')).join('');
const LETTERS = new RegExp(`^[${classOf(table.slice(0, border))}]*$`, 'u');
const marks = classOf(table.slice(border));
const LOOSE = new RegExp(`^[${marks}]|[${marks}]{${MARKS + 1}}`, 'u');

const clean = (text) => LETTERS.test(text) && !LOOSE.test(text) && text === text.normalize('NFC');

class Reader {
  constructor(bytes, what) {
    Object.assign(this, { bytes, what, at: 0, items: 0 });
  }

  refuse(why) {
    return malformed(this.what, why);
  }

  take(count) {
    if (count > this.bytes.length - this.at) throw this.refuse('truncated');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  // The argument of a head: a number below 2^64, in its shortest form.
  argument(info) {
    if (info < 24) return info;
    if (info > 27) throw this.refuse('indefinite-or-reserved');
    const size = 2 ** (info - 24);
    let value = 0n;
    for (const byte of this.take(size)) value = (value << 8n) | BigInt(byte);
    const least = size === 1 ? 24n : 1n << BigInt(size * 4);
    if (value < least) throw this.refuse('not-shortest');
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? value : Number(value);
  }

  text(count) {
    const text = fromUtf8(this.take(count));
    if (text === null) throw this.refuse('not-utf8');
    if (!clean(text)) throw this.refuse('text-not-clean');
    return text;
  }

  array(count, depth) {
    // An item has at least one byte: a longer claim is refused before anything is set aside for it.
    if (count > this.bytes.length - this.at) throw this.refuse('truncated');
    const out = [];
    for (let left = count; left > 0; left -= 1) out.push(this.value(depth + 1));
    return out;
  }

  value(depth) {
    if (depth > DEPTH) throw this.refuse('too-deep');
    this.items += 1;
    if (this.items > ITEMS) throw this.refuse('too-many-items');
    const [first] = this.take(1);
    const [major, info] = [first >> 5, first & 31];
    if (major === 7 && SIMPLE.has(info)) return SIMPLE.get(info);
    if (major === 1 || major > 4) throw this.refuse('type-not-allowed');
    const argument = this.argument(info);
    if (major === 0) return argument;
    if (major === 2) return this.take(argument).slice();
    return major === 3 ? this.text(argument) : this.array(argument, depth);
  }
}

/** One value and nothing after it; the limit is judged before a byte is read (spec/README.md, rule 1). */
export function decode(bytes, limit, what = 'value') {
  if (bytes.length > limit) throw malformed(what, 'too-large');
  const reader = new Reader(bytes, what);
  const value = reader.value(0);
  if (reader.at !== bytes.length) throw malformed(what, 'trailing-bytes');
  return value;
}

function head(major, argument) {
  const value = BigInt(argument);
  if (value < 24n) return Uint8Array.of((major << 5) | Number(value));
  const size = value < 1n << 8n ? 1 : value < 1n << 16n ? 2 : value < 1n << 32n ? 4 : 8;
  const out = new Uint8Array(1 + size);
  out[0] = (major << 5) | (24 + Math.log2(size));
  for (let at = size, rest = value; at > 0; at -= 1, rest >>= 8n) out[at] = Number(rest & 255n);
  return out;
}

export function encode(value) {
  if (value === false) return Uint8Array.of(0xf4);
  if (value === true) return Uint8Array.of(0xf5);
  if (value === null) return Uint8Array.of(0xf6);
  if (typeof value === 'number' || typeof value === 'bigint') return head(0, value);
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (typeof value === 'string') {
    const bytes = utf8(value);
    return concat(head(3, bytes.length), bytes);
  }
  return concat(head(4, value.length), ...value.map(encode));
}
