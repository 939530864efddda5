// One filter for all lists: rows that do not contain its text are hidden.

import { byId } from './dom.js';

const input = byId('filter');
const wanted = () => input.value.trim().toLowerCase();

export const matches = row => row.dataset.text.includes(wanted());

export function filterBy(text) {
  input.value = text;
  apply();
}

export function apply() {
  for (const row of document.querySelectorAll('[data-text]')) row.hidden = !matches(row);
}

input.addEventListener('input', apply);
