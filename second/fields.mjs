// Field types (spec/encoding.md, "Shapes"). A type has `read(value, what)`, which returns the value or throws, and
// `write(value)`, which gives what stands in the array.

import { utf8 } from './bytes.mjs';
import { malformed } from './refused.mjs';

const plain = (isType, check) => ({
  read(value, what) {
    if (!isType(value)) throw malformed(what, 'wrong-type');
    const why = check(value);
    if (why) throw malformed(what, why);
    return value;
  },
  write: (value) => value,
});

const isNumber = (value) => typeof value === 'number' || typeof value === 'bigint';
const isBytes = (value) => value instanceof Uint8Array;
const isText = (value) => typeof value === 'string';
const within = (low, high) => (size) => (size < low || size > high ? 'out-of-range' : null);

export const uint = (low, high) => plain(isNumber, within(low, high));
export const bytes = (low, high = low) => plain(isBytes, (value) => within(low, high)(value.length));
export const sized = (...sizes) => plain(isBytes, (value) => (sizes.includes(value.length) ? null : 'out-of-range'));
// Lengths of text are counted in bytes.
export const text = (low, high, pattern = null) => plain(isText, (value) => {
  const why = within(low, high)(utf8(value).length);
  return why || (pattern && !pattern.test(value) ? 'pattern' : null);
});
export const bool = plain((value) => typeof value === 'boolean', () => null);

/** `low` to `high` values of one type. */
export const list = (type, low, high) => ({
  read(value, what) {
    if (!Array.isArray(value)) throw malformed(what, 'wrong-type');
    if (value.length < low || value.length > high) throw malformed(what, 'out-of-range');
    return value.map((each) => type.read(each, what));
  },
  write: (value) => value.map((each) => type.write(each)),
});

/** A nested part without a name of its own: a plain array of its fields, read as an object. */
export const part = (fields) => ({
  fields,
  read(value, what) {
    if (!Array.isArray(value)) throw malformed(what, 'wrong-type');
    const names = Object.keys(fields);
    if (value.length !== names.length) throw malformed(what, 'wrong-field-count');
    return Object.fromEntries(names.map((name, at) => [name, fields[name].read(value[at], what)]));
  },
  write: (value) => Object.keys(fields).map((name) => fields[name].write(value[name])),
});

const MOST = Number.MAX_SAFE_INTEGER;
export const Code = text(3, 35, /^[A-Y][0-9]{2}(\.[0-9A-Z]{1,10})*$/);
export const MaybeCode = text(0, 35, /^([A-Y][0-9]{2}(\.[0-9A-Z]{1,10})*)?$/);
export const Scope = text(3, 37, /^-?[A-Y][0-9]{2}(\.[0-9A-Z]{1,10})*\.?$/);
export const OfficerId = text(1, 32, /^[a-z0-9][a-z0-9-]{0,31}$/);
export const MaybeOfficerId = text(0, 32, /^([a-z0-9][a-z0-9-]{0,31})?$/);
export const Word = text(1, 40, /^[a-z0-9][a-z0-9-]{0,39}$/);
export const Line = text(0, 500);
export const Text = text(0, 8000);
export const Id = bytes(16);
export const Salt = bytes(32);
export const Digest = bytes(32);
export const MaybeDigest = sized(0, 32);
export const SuiteDigest = sized(32, 48);
export const MaybeSuiteDigest = bytes(0, 48);
export const Time = uint(0, 253_402_300_799);
export const Uint = uint(0, MOST);
export const Positive = uint(1, MOST);
export const SuiteNumber = uint(1, 255);
export const Level = uint(0, 3);
export const Precedence = uint(0, 4);
export const Path = list(Digest, 0, 64);
export const ProofPath = list(Digest, 0, 128);
