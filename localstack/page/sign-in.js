// Who this window is: one of the demo's people, somebody new, or whoever a token says.

import { $, avatar, element, showAll } from './dom.js';
import { freshId, readToken } from './people.js';
import { words } from './strings.js';

/**
 * @typedef {object} Identity
 * @property {number} id
 * @property {string | null} name
 * @property {boolean} isNew Whether the name is to be saved.
 * @property {'room' | 'ticket'} dialect
 * @property {string | null} token
 */

/**
 * @param {object} options
 * @param {import('./people.js').Person[]} options.people
 * @param {boolean} options.isGuarded Whether the chat asks for tokens.
 * @param {string} options.why Why the last one ended.
 * @param {(identity: Identity) => void} options.enter
 */
export function showSignIn({ people, isGuarded, why, enter }) {
  $('sign-in').hidden = false;
  $('by-name').hidden = isGuarded;
  $('by-token').hidden = !isGuarded;
  $('sign-in-problem').textContent = why;
  const as = (person) => enter({ isNew: false, token: null, dialect: dialect(), ...person });

  $('people').hidden = people.length === 0;
  showAll($('people'), people, ({ id }) => id, (person) => {
    const name = element('span', { className: 'grow' }, person.name);
    const number = element('small', {}, `${person.id}`);
    const button = element('button', { className: 'person' }, avatar(person), name, number);
    button.addEventListener('click', () => as(person));
    return element('li', {}, button);
  });
  $('new-person').onsubmit = (event) => {
    event.preventDefault();
    const name = event.target.elements.name.value.trim();
    if (name) as({ id: freshId(), name, isNew: true });
  };
  $('by-token').onsubmit = (event) => {
    event.preventDefault();
    const token = event.target.elements.token.value.trim();
    const person = readToken(token);
    if (person) as({ ...person, token });
    else $('sign-in-problem').textContent = words().badToken;
  };
}

const dialect = () => document.querySelector('input[name=dialect]:checked').value;
