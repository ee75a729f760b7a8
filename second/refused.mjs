// Every check here either returns what it checked or throws this: a code and fields, as the vectors name them.

export class Refused extends Error {
  constructor(code, fields = {}) {
    super([code, ...Object.entries(fields).map(([key, value]) => `${key}=${value}`)].join(' '));
    this.code = code;
    this.fields = fields;
  }
}

/** Bytes that are not what their format allows (spec/encoding.md, "Verification"). */
export function malformed(what, why) {
  return new Refused('bytes-malformed', { what, why });
}
