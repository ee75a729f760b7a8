// A tree as static tiles of 256 hashes (spec/tiles.md).

import { concat, same } from './bytes.mjs';
import { leafHash, root } from './merkle.mjs';
import { Refused, malformed } from './refused.mjs';

const WIDTH = 256;
const PATH = /^tile\/(entries|[0-6])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/;

function pathOf(level, n, width) {
  const groups = [];
  for (let rest = n; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    groups.unshift(String(rest % 1000).padStart(3, '0'));
  }
  const name = groups.map((each, at) => (at < groups.length - 1 ? `x${each}` : each)).join('/');
  return `tile/${level}/${name}${width === WIDTH ? '' : `.p/${width}`}`;
}

export function parseTilePath(text) {
  const match = PATH.exec(text);
  if (!match) throw malformed('tile', 'tile-path');
  const [level, n, width] = [match[1], Number(match[2].replace(/[x/]/g, '')), Number(match[3] ?? WIDTH)];
  const partial = match[3] !== undefined;
  if (width < 1 || width > WIDTH || (partial && width === WIDTH) || pathOf(level, n, width) !== text) {
    throw malformed('tile', 'tile-path');
  }
  return { level, n, width };
}

/** All tiles over these leaves, lowest level first; a hash of the next level stands over each full tile. */
export function tilesOf(leaves) {
  const files = [];
  for (let [level, hashes] = [0, leaves]; hashes.length > 0; level += 1) {
    const above = [];
    for (let at = 0; at < hashes.length; at += WIDTH) {
      const row = hashes.slice(at, at + WIDTH);
      files.push({ path: pathOf(level, at / WIDTH, row.length), data: concat(...row) });
      if (row.length === WIDTH) above.push(root(row));
    }
    hashes = above;
  }
  return files;
}

/** The root of a tree of fewer than 256 records from its one tile. */
export function rootOfTile(tile, size, wanted) {
  const row = Array.from({ length: tile.length / 32 }, (_, at) => tile.subarray(at * 32, at * 32 + 32));
  if (tile.length !== size * 32 || !same(root(row), wanted)) throw new Refused('tiles-damaged');
  return true;
}

export function readEntries(bundle, leaves) {
  const records = [];
  let at = 0;
  for (const leaf of leaves) {
    const end = at + 2 + ((bundle[at] ?? 0) * 256 + (bundle[at + 1] ?? 0));
    const record = bundle.subarray(at + 2, end);
    if (end > bundle.length || !same(leafHash(record), leaf)) throw new Refused('tiles-damaged');
    records.push(record);
    at = end;
  }
  if (at !== bundle.length) throw new Refused('tiles-damaged');
  return records;
}
