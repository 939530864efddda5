// A message that is not stored yet.

import { element, say } from './dom.js';
import { bodies } from './message-view.js';
import { words } from './strings.js';

/**
 * @param {import('./client/outbox.js').Entry} entry @param {import('./client/outbox.js').Outbox} outbox
 * @param {import('./client/message.js').Author} author
 */
export function makePending({ key, draft }, outbox, author) {
  const retry = element('button', { className: 'link' });
  retry.addEventListener('click', () => outbox.retry(key));
  const discard = element('button', { className: 'link' });
  discard.addEventListener('click', () => outbox.discard(key));
  const meta = element('p', { className: 'meta' }, element('span'), retry, discard);
  const content = bodies({ author, type: 'text', file: null, ...draft });
  const stack = element('div', { className: 'stack' }, ...content, meta);
  const node = element('li', { className: 'message mine pending first last' }, element('div', { className: 'line' }, stack));
  return node;
}

/** @param {HTMLElement} node @param {import('./client/outbox.js').Entry} entry */
export function updatePending(node, { state, why }) {
  const { waiting, sending, notSent, retry, discard } = words();
  const [text, again, away] = node.querySelector('.meta').children;
  node.dataset.state = state;
  say(text, { waiting, sending, refused: notSent(why) }[state]);
  again.hidden = state !== 'refused';
  say(again, retry);
  say(away, discard);
}
