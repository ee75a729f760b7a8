// RFC 6962 trees: leaf and node hashes, roots, and the two proofs as RFC 9162 verifies them (spec/proof.md).

import { sha256 } from '@noble/hashes/sha2.js';

import { concat, same } from './bytes.mjs';
import { Refused } from './refused.mjs';

export const leafHash = (data) => sha256(concat(Uint8Array.of(0), data));
const node = (left, right) => sha256(concat(Uint8Array.of(1), left, right));
const odd = (number) => number % 2 === 1;
const half = (number) => Math.floor(number / 2);

/** The root over one leaf or more, with the node hash of any suite. */
export function treeRoot(hashes, join) {
  if (hashes.length === 1) return hashes[0];
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return join(treeRoot(hashes.slice(0, split), join), treeRoot(hashes.slice(split), join));
}

export const root = (hashes) => (hashes.length === 0 ? sha256(new Uint8Array(0)) : treeRoot(hashes, node));

/** RFC 9162, 2.1.3.2. Numbers go to 2^53, so no bit operators: they cut at 32 bits. */
export function leads(leaf, index, size, path, wanted) {
  if (index >= size) return false;
  let [at, last, found] = [index, size - 1, leaf];
  for (const hash of path) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      found = node(hash, found);
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      found = node(found, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(found, wanted);
}

export function included(leaf, index, size, path, wanted) {
  if (!leads(leaf, index, size, path, wanted)) throw new Refused('proof-invalid');
}

function grew(old, oldRoot, size, newRoot, path) {
  if (old < 1 || old > size) return false;
  if (old === size) return path.length === 0 && same(oldRoot, newRoot);
  const power = Number.isInteger(Math.log2(old)) && 2 ** Math.log2(old) === old;
  const hashes = power ? [oldRoot, ...path] : path;
  if (hashes.length === 0) return false;
  let [at, last] = [old - 1, size - 1];
  while (odd(at)) [at, last] = [half(at), half(last)];
  let [first, second] = [hashes[0], hashes[0]];
  for (const hash of hashes.slice(1)) {
    if (last === 0) return false;
    if (odd(at) || at === last) {
      [first, second] = [node(hash, first), node(hash, second)];
      while (!odd(at) && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      second = node(second, hash);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && same(first, oldRoot) && same(second, newRoot);
}

/** RFC 9162, 2.1.4.2, with the profile of spec/proof.md: nothing follows from an empty tree. */
export function consistent(old, oldRoot, size, newRoot, path) {
  if (!grew(old, oldRoot, size, newRoot, path)) throw new Refused('not-consistent');
}

/** A blob's name: the root over its pieces of 1 MiB (spec/sealed.md, rule 9). */
export function sealedDigest(blob) {
  const pieces = [];
  for (let at = 0; at < blob.length; at += 1 << 20) pieces.push(leafHash(blob.subarray(at, at + (1 << 20))));
  return root(pieces);
}
