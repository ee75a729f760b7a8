// The two tables of states, and last sequences (spec/dispatch.md).

import { included, leafHash } from './merkle.mjs';
import { verifyRecord } from './record.mjs';
import { Refused } from './refused.mjs';
import { Sequences, SequencesLeaf, SequencesProof, parse, write } from './shapes.mjs';

const later = (own) => ({ arrived: own, accepted: own });

const OUTGOING = {
  spooled: { arrived: 'arrived', accepted: 'accepted', opened: 'opened', refused: 'refused', expired: 'expired' },
  arrived: { accepted: 'accepted', opened: 'opened', refused: 'refused', expired: 'expired' },
  accepted: { arrived: 'accepted', opened: 'opened', refused: 'refused', expired: 'expired' },
  opened: later('opened'),
  refused: later('refused'),
  expired: later('expired'),
};
const INCOMING = {
  none: { arrived: 'arrived' },
  arrived: { accepted: 'accepted', refused: 'refused', expired: 'expired' },
  accepted: { opened: 'opened', refused: 'refused', expired: 'expired' },
  opened: { opened: 'opened' },
};
const TABLES = { outgoing: OUTGOING, incoming: INCOMING };

export function walk(table, from, events) {
  return events.reduce((state, event) => {
    const row = TABLES[table][state] ?? {};
    const next = Object.hasOwn(row, event) ? row[event] : null;
    if (next === null) throw new Refused('state-forbids', { state, event });
    return next;
  }, from);
}

/** What a sender says that `addressee` was sent (spec/dispatch.md, "Last sequences"). */
export function verifySequences(bytes, addressee, believed) {
  const proof = parse(SequencesProof, bytes);
  const { body } = verifyRecord(proof.record, believed);
  if (body.kind !== 'sequences' || proof.leaf.addressee !== addressee) throw new Refused('not-about-this-dispatch');
  const { count, root } = parse(Sequences, body.public);
  included(leafHash(write(SequencesLeaf, proof.leaf)), proof.index, count, proof.path, root);
  return { lasts: proof.leaf.lasts.map(({ precedence, sequence }) => `${precedence}/${sequence}`).join(' ') };
}
