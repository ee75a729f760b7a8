// The two tables of states (spec/dispatch.md).

import { Refused } from './refused.mjs';

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
