// A file of frames that ends with the digest of all before it (spec/bundle.md).

import { sha256 } from '@noble/hashes/sha2.js';

import { same } from './bytes.mjs';
import { Refused, malformed } from './refused.mjs';
import { Frame, parse } from './shapes.mjs';

const KINDS = new Set([
  'begin', 'credential', 'record', 'checkpoint', 'consistency', 'slip', 'receipt', 'statement', 'attached', 'status',
  'blob', 'request', 'envelope', 'conflict', 'settings', 'database', 'key', 'end',
]);
const PIECE = 1 << 20; // above this a frame is read in pieces only, which this reader does for none
const refuse = (why) => malformed('bundle', why);

class Reader {
  constructor(bytes) {
    Object.assign(this, { bytes, at: 0 });
  }

  take(size) {
    if (size > this.bytes.length - this.at) throw refuse('truncated');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  head() {
    const [length] = this.take(1);
    const head = parse(Frame, this.take(length));
    if (!KINDS.has(head.kind)) throw refuse('unknown-kind');
    return head;
  }
}

function end(reader, before, head) {
  if (head.name !== '' || head.size !== 32) throw refuse('end');
  const digest = reader.take(32);
  if (!same(sha256(reader.bytes.subarray(0, before)), digest)) throw new Refused('bundle-damaged');
  if (reader.at !== reader.bytes.length) throw refuse('trailing-bytes');
}

/** The items of a bundle of one purpose; none is given out before its end held. */
export function readBundle(bytes, purpose) {
  const reader = new Reader(bytes);
  const first = reader.head();
  if (first.kind !== 'begin' || first.name !== purpose || first.size !== 0) throw refuse('other-purpose');
  const items = [];
  for (;;) {
    const before = reader.at;
    const head = reader.head();
    if (head.kind === 'begin') throw refuse('begins-twice');
    if (head.kind === 'end') {
      end(reader, before, head);
      return items;
    }
    if (head.size > PIECE) throw refuse('item-too-large');
    items.push({ kind: head.kind, name: head.name, bytes: reader.take(head.size) });
  }
}
