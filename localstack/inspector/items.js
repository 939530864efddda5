// Items of a table, by how their keys begin.

import { byId, element, json, row, span } from './dom.js';
import { get } from './edge.js';
import { attempt } from './problem.js';

const panel = byId('items');
const form = panel.querySelector('form');
const list = panel.querySelector('.list');
const more = panel.querySelector('.more');

/** A value of DynamoDB's JSON without the names of types. */
function plain(value) {
  const [[type, inner]] = Object.entries(value);
  if (type === 'M') return Object.fromEntries(Object.entries(inner).map(([name, value]) => [name, plain(value)]));
  if (type === 'L') return inner.map(plain);
  if (type === 'N') return Number(inner);
  return type === 'NULL' ? null : inner;
}

function item(attributes, keys) {
  const text = name => name && attributes[name] ? `${plain(attributes[name])}` : '';
  const others = Object.entries(attributes).filter(([name]) => !keys.includes(name));
  const short = others.map(([name, value]) => `${name} ${JSON.stringify(plain(value))}`).join('  ');
  return row([...keys.map(name => span('id', text(name))), span('what dim', short)], () => [json(attributes)]);
}

async function search() {
  const found = await get(`items?${new URLSearchParams(new FormData(form))}`);
  const { tables, table, partitionKey, sortKey, items, isComplete } = found;
  form.table.replaceChildren(...tables.map(name => element('option', { selected: name === table }, name)));
  byId('partition-key').textContent = partitionKey;
  byId('sort-key').textContent = sortKey ?? 'Sort key';
  form.sort.disabled = !sortKey;
  const keys = [partitionKey, sortKey].filter(Boolean);
  list.replaceChildren(...items.map(attributes => item(attributes, keys)));
  more.hidden = isComplete;
  more.textContent = `The first ${items.length}. A longer prefix shows others.`;
}

let soon;
form.addEventListener('input', () => {
  clearTimeout(soon);
  soon = setTimeout(() => attempt(search), 300);
});
form.addEventListener('submit', event => {
  event.preventDefault();
  attempt(search);
});

export const open = () => attempt(search);
