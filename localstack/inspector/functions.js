// Functions with what their invocations were like, and the event source mappings.

import { byId, chip, duration, element, span, toggle } from './dom.js';
import { aim, get } from './edge.js';
import { matches } from './filter.js';
import { attempt } from './problem.js';
import { statistics } from './records.js';

const list = byId('functions').querySelector('.list');
const rows = new Map();

function make(name) {
  const crash = toggle('Crash the next call', 'Its process ends when the work is done, before it answers', on =>
    attempt(async () => crash.show((await aim('functions', name, 'crash_function', on ? 1 : 0)).crash_function ?? 0)));
  const row = element('div', { className: 'row' },
    element('div', { className: 'facts' }, span('function', name), span('counts', '')), element('div', { className: 'tools' }, crash));
  row.dataset.text = name.toLowerCase();
  return Object.assign(row, { crash });
}

function counts({ invocations, failures, coldStarts, total, slowest }) {
  return [
    chip(`${invocations} invoked`, 'plain'),
    coldStarts ? chip(coldStarts === 1 ? '1 cold start' : `${coldStarts} cold starts`, 'cold') : '',
    failures ? chip(`${failures} failed`, 'bad') : '',
    span('dim', 'mean '), duration(total / invocations), span('dim', 'slowest '), duration(slowest),
  ].filter(Boolean);
}

function mapping({ mapping, function: name, pending, invocations, failures, givenUp }) {
  return element('div', { className: 'row' }, element('div', { className: 'facts' },
    span('id', mapping), span('function', name), chip(`${invocations} batches`, 'plain'),
    chip(pending ? `${pending} pending` : 'up to date', pending ? 'odd' : 'good'),
    failures ? chip(`${failures} failed`, 'bad') : '', givenUp.length ? chip(`${givenUp.length} given up`, 'bad') : ''));
}

export async function refresh() {
  const [functions, mappings] = await Promise.all([get('functions'), get('event-sources')]);
  for (const { function: name, faults } of functions) {
    if (!rows.has(name)) {
      rows.set(name, make(name));
      list.append(rows.get(name));
    }
    const row = rows.get(name);
    row.hidden = !matches(row);
    row.crash.show(faults.crash_function ?? 0);
    row.querySelector('.counts').replaceChildren(...statistics.has(name) ? counts(statistics.get(name)) : [span('dim', 'not invoked')]);
  }
  byId('mappings').replaceChildren(...mappings.map(mapping));
}
