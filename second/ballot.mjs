// A secret ballot: one member's turn in the mix, and the count of a last list (spec/ballot.md).

import { fromBigEndian, same, utf8 } from './bytes.mjs';
import { open } from './hpke.mjs';
import { Refused } from './refused.mjs';
import { Ballot, BallotList, BallotRound, parse, write } from './shapes.mjs';
import { objectDigest, suiteDigest, suiteOf, wrappingFrom } from './suites.mjs';

const MARK = 4;

export const readRound = (bytes) => ({ ...parse(BallotRound, bytes), digest: objectDigest(bytes) });
export const readList = (bytes) => ({ ...parse(BallotList, bytes), digest: objectDigest(bytes) });

const infoOf = (round, phase, position) => (
  suiteDigest(suiteOf(round.suite), utf8('antin/ballot-info/1'), round.digest, utf8(phase), Uint8Array.of(position))
);

function itemSize(round, position) {
  const empty = { round: new Uint8Array(32), tracker: new Uint8Array(16) };
  const plain = write(Ballot, { ...empty, marks: new Uint8Array(MARK * round.candidates.length) });
  const { cipher, curve } = suiteOf(round.suite).kem;
  return plain.length + (2 * round.members.length - position) * (cipher + curve.size + 16);
}

/** Step 3. */
export function checkList(round, listed) {
  const members = round.members.length;
  if (!same(listed.round, round.digest)) throw new Refused('ballot-other-round');
  if (listed.position > members) turn(listed, members);
  const found = listed.items.length;
  if (found !== members) throw new Refused('ballot-list-count', { found, expected: members });
  const size = itemSize(round, listed.position);
  if (listed.items.some((item) => item.length !== size)) throw new Refused('ballot-list-size');
  const sorted = [...listed.items].sort(Buffer.compare);
  if (sorted.some((item, at) => at > 0 && same(item, sorted[at - 1]))) throw new Refused('ballot-list-twice');
  if (sorted.some((item, at) => item !== listed.items[at])) throw new Refused('ballot-list-order');
}

function turn({ position }, expected) {
  if (position !== expected) throw new Refused('ballot-list-position', { found: position, expected });
}

/** The list of `position`, made of the one before with the level key of the member whose turn it is. */
export function peel(round, position, taken, seed) {
  checkList(round, taken);
  turn(taken, position - 1);
  const { wrapping } = wrappingFrom(seed);
  const info = infoOf(round, 'mix', position);
  const items = taken.items.map((item) => open(wrapping, item, info)).sort(Buffer.compare);
  const given = { round: round.digest, position, items };
  checkList(round, given);
  return objectDigest(write(BallotList, given));
}

/** Steps 6 and 7: valid and invalid ballots, and the sum for each candidate. */
export function count(round, listed, seeds) {
  checkList(round, listed);
  turn(listed, round.members.length);
  const layers = round.members.map((member, at) => {
    const key = wrappingFrom(seeds[at]).wrapping;
    if (!same(key.public, member.opening)) throw new Refused('ballot-seed-other', { who: member.code });
    return { key, info: infoOf(round, 'open', at + 1) };
  });
  const ballots = listed.items.map((item) => marksOf(round, layers, item)).filter((marks) => marks !== null);
  const sums = round.candidates.map((_, at) => ballots.reduce((sum, marks) => sum + marks[at], 0));
  return { valid: ballots.length, invalid: listed.items.length - ballots.length, sums: sums.join(' ') };
}

/** A ballot's marks, or null where it is invalid. */
function marksOf(round, layers, item) {
  let ballot;
  try {
    ballot = parse(Ballot, layers.reduce((rest, { key, info }) => open(key, rest, info), item));
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
  const { marks } = ballot;
  if (!same(ballot.round, round.digest) || marks.length !== MARK * round.candidates.length) return null;
  const each = round.candidates.map((_, at) => Number(fromBigEndian(marks.subarray(at * MARK, (at + 1) * MARK))));
  const sum = each.reduce((one, other) => one + other, 0);
  return each.every((mark) => mark <= round.most) && (round.total === 0 || sum <= round.total) ? each : null;
}
