// Open sockets, and what can go wrong with each of them.

import { byId, chip, element, span, toggle } from './dom.js';
import { aim, get, post } from './edge.js';
import { matches } from './filter.js';
import { attempt } from './problem.js';

/** More rows than anybody looks at. */
const MOST = 200;

const FAULTS = {
  post_429: ['429', 'Answer every post to it with 429', 'always'],
  post_410: ['410', 'Answer every post to it with 410, although it is open', 'always'],
  post_500: ['500', 'Answer every post to it with 500', 'always'],
  lose_disconnect: ['Swallow $disconnect', 'Do not call $disconnect when it ends', 1],
};

const list = byId('connections').querySelector('.list');
const rows = new Map();

function make(connection) {
  const { connectionId: id, sourceIp, userAgent, connectedSince } = connection;
  const switches = Object.entries(FAULTS).map(([fault, [text, title, times]]) => {
    const made = toggle(text, title, on =>
      attempt(async () => show(id, await aim('connections', id, fault, on ? times : 0))));
    made.dataset.fault = fault;
    return made;
  });
  const drop = element('button', { type: 'button', className: 'danger', title: 'Break it without a close frame' }, 'Drop');
  drop.addEventListener('click', () => attempt(() => post(`connections/${encodeURIComponent(id)}/drop`)));
  const since = new Date(connectedSince).toLocaleTimeString([], { hour12: false });
  const row = element('div', { className: 'row' },
    element('div', { className: 'facts' }, span('id', id), span('state', ''), span('dim', `since ${since}`), span('active dim', ''),
      span('dim', sourceIp), span('what dim', userAgent ?? '')),
    element('div', { className: 'tools' }, ...switches, drop));
  row.dataset.text = JSON.stringify(connection).toLowerCase();
  return row;
}

function show(id, faults) {
  for (const button of rows.get(id)?.querySelectorAll('[data-fault]') ?? []) {
    button.show(faults[button.dataset.fault] ?? 0);
  }
}

function update({ connectionId: id, open, lastActiveAt, faults }) {
  const row = rows.get(id);
  row.hidden = !matches(row);
  row.querySelector('.state').replaceChildren(open ? chip('open', 'good') : chip('$connect runs', 'odd'));
  row.querySelector('.active').textContent = `active ${Math.max(0, Math.round((Date.now() - Date.parse(lastActiveAt)) / 1000))} s ago`;
  show(id, faults);
}

export async function refresh() {
  const all = await get('connections');
  const shown = all.slice(-MOST).reverse();
  const ids = new Set(shown.map(connection => connection.connectionId));
  for (const [id, row] of rows) {
    if (!ids.has(id)) { row.remove(); rows.delete(id); }
  }
  for (const connection of shown.toReversed()) {
    if (!rows.has(connection.connectionId)) {
      rows.set(connection.connectionId, make(connection));
      list.prepend(rows.get(connection.connectionId));
    }
    update(connection);
  }
  const more = byId('connections').querySelector('.more');
  more.hidden = all.length <= MOST;
  more.textContent = `The newest ${MOST} of ${all.length}.`;
}
