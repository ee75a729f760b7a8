// Who speaks to a relay, and what a request's signature covers (spec/link.md).

import { ed25519 } from '@noble/curves/ed25519.js';

import { hex, same } from './bytes.mjs';
import { OFFICER, checkCode, verifyCredential, verifyRoot } from './credential.mjs';
import { Refused } from './refused.mjs';
import { verifyStatus } from './record.mjs';
import { LinkHello, LinkKeyBody, LinkRequest, parse } from './shapes.mjs';
import { parseSigned, verifySigned } from './signed.mjs';
import { weakEd25519 } from './suites.mjs';

/** The key that a station vouches for. */
export function verifyLinkKey(bytes, station) {
  const object = parseSigned(bytes, 'antin/link-key/1');
  verifySigned(object, new Map([[hex(station.digest), station]]));
  const body = parse(LinkKeyBody, object.body);
  if (station.subject.kind === OFFICER || station.subject.code !== body.station) {
    throw new Refused('signer-not-of-station', { station: body.station });
  }
  if (weakEd25519(body.key)) throw new Refused('key-malformed', { why: 'small-order-or-not-canonical' });
  return body;
}

/** Step 2: each credential under the one before, the first under the typed fingerprint of at least 25 bytes. */
export function verifyHello(bytes, fingerprint) {
  const { vouching, chain: [first, ...others], standing } = parse(LinkHello, bytes);
  if (fingerprint.length < 25) throw new Refused('root-not-expected'); // fewer could be met by search
  const chain = [verifyRoot(first, fingerprint)];
  for (const each of others) chain.push(verifyCredential(each, chain.at(-1)));
  const [above, authority, station] = chain.slice(-3);
  if (chain.length > 2) {
    const { leaf } = verifyStatus(standing, above, new Map([[hex(above.digest), above]]));
    if (!same(leaf.credential, authority.body.id) || leaf.state !== 'good') throw new Refused('credential-revoked');
    checkCode(authority, station.subject, leaf.scopes);
  }
  return verifyLinkKey(vouching, chain.at(-1));
}

/** Step 3. */
export function verifyRequestSignature(bytes, key, signature) {
  parse(LinkRequest, bytes);
  let good = false;
  try {
    good = ed25519.verify(signature, bytes, key, { zip215: false });
  } catch {
    good = false;
  }
  if (!good || !same(signature.slice(0, 64), signature)) throw new Refused('link-signature-invalid');
}
