// A file of frames that ends with the digest of all before it (spec/bundle.md).

import { sha256 } from '@noble/hashes/sha2.js';

import { same } from './bytes.mjs';
import { Refused, malformed } from './refused.mjs';
import { Frame, parse } from './shapes.mjs';

// What a bundle of each purpose may hold (spec/bundle.md, "Limits"): most frames and most bytes of one, by kind; and of all.
const [KB, MB, GB, MANY] = [1024, 1024 ** 2, 1024 ** 3, 2_000_000];
const directory = {
  credential: [MANY, 24 * KB], 'level-key': [MANY, 8 * KB], record: [MANY, 112 * KB], consistency: [MANY, 8 * KB],
  checkpoint: [MANY, 64 * KB],
};
const standing = { credential: [2_000, 24 * KB], status: [2_000, 48 * KB] };
const PURPOSES = {
  request: [{ request: [64, 24 * KB], 'level-key': [16, 8 * KB] }, 80, 2 * MB],
  approval: [directory, MANY, 4 * GB],
  directory: [directory, 4_000, 64 * MB],
  envelope: [{
    credential: [32, 24 * KB], 'level-key': [16, 8 * KB], checkpoint: [64, 64 * KB], consistency: [128, 8 * KB],
    record: [8, 132 * KB], conflict: [16, 512 * KB], blob: [64, 64 * KB], slip: [64, 8 * KB], receipt: [200, 132 * KB],
  }, 500, 32 * MB],
  evidence: [{
    ...standing, record: [10_000, 132 * KB], slip: [1, 8 * KB], statement: [1, 32 * KB], attached: [1, 512 * KB],
    receipt: [10_000, 132 * KB],
  }, 10_000, 256 * MB],
};
const PIECE = 1 << 20; // above this a frame is read in pieces only, which this reader does for none
const refuse = (why) => malformed('bundle', why);

class Reader {
  constructor(bytes, [kinds, frames, size]) {
    Object.assign(this, { bytes, at: 0, kinds, frames, size, counts: new Map(), count: 0, total: 0 });
  }

  take(size) {
    if (size > this.bytes.length - this.at) throw refuse('truncated');
    this.at += size;
    return this.bytes.subarray(this.at - size, this.at);
  }

  head() {
    const [length] = this.take(1);
    const head = parse(Frame, this.take(length));
    if (head.kind !== 'begin' && head.kind !== 'end') this.admit(head);
    return head;
  }

  admit({ kind, size }) {
    if (!Object.hasOwn(this.kinds, kind)) throw refuse('unknown-kind');
    const [most, largest] = this.kinds[kind];
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    this.count += 1;
    this.total += size;
    if (size > largest) throw refuse('item-too-large');
    if (count > most || this.count > this.frames) throw refuse('too-many');
    if (this.total > this.size) throw refuse('too-large');
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
  const reader = new Reader(bytes, PURPOSES[purpose]);
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
