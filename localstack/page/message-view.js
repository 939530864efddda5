// One message as it looks.

import { avatar, element, say } from './dom.js';
import { words } from './strings.js';
import { hour, newDay } from './time.js';

/** Messages of one person within this time look like one, in milliseconds. */
const TOGETHER = 5 * 60_000;
const ADDRESS = /https?:\/\/[^\s<>"']+/g;
/** A longer text is none: on a long one the pattern takes time by the square of its length. */
const LONGEST_ADDRESS = 2_048;
const LONE_PICTURE = /^https?:\/\/\S+\.(?:png|jpe?g|gif|webp|avif|svg)(?:\?\S*)?$/i;

/**
 * @typedef {object} Context
 * @property {number} me
 * @property {Map<number, { name: string }> | undefined} names
 * @property {{ mark: number }[]} others
 * @property {boolean | undefined} hasMore Whether there are others that are not known.
 * @property {import('./client/message.js').Message[]} items
 */

/** @param {import('./client/message.js').Message} message @param {Context} context */
export function makeMessage(message, { me }) {
  const isMine = message.author.id === me;
  const meta = element('p', { className: 'meta' }, element('time', { dateTime: message.at }), element('span', { className: 'read' }));
  const parts = [element('p', { className: 'author' }), ...bodies(message), meta];
  const stack = element('div', { className: 'stack' }, ...parts);
  const line = element('div', { className: 'line' }, isMine ? null : avatar(message.author), stack);
  return element('li', { className: isMine ? 'message mine' : 'message' }, element('p', { className: 'day' }), line);
}

/** @param {HTMLElement} node @param {import('./client/message.js').Message} message @param {number} index @param {Context} context */
export function updateMessage(node, message, index, { me, names, others, hasMore, items }) {
  const [before, after] = [items[index - 1], items[index + 1]];
  const day = newDay(message.at, before?.at);
  const isLast = !after || !isTogether(message, after);
  node.classList.toggle('first', Boolean(day) || !before || !isTogether(before, message));
  node.classList.toggle('last', isLast);
  say(node.firstChild, day);
  const stack = node.lastChild.lastChild;
  say(stack.firstChild, names?.get(message.author.id)?.name ?? message.author.name);
  const [time, read] = stack.lastChild.children;
  say(time, hour(message.at));
  say(read, message.author.id === me ? readers(message, others, hasMore) : '');
}

/** Text, picture or both. @param {Pick<import('./client/message.js').Message, 'author' | 'text' | 'type' | 'file'>} message */
export function bodies({ author, text, type, file }) {
  const isLonePicture = !file && text.length <= LONGEST_ADDRESS && LONE_PICTURE.test(text);
  const picture = isLonePicture ? text : type === 'image' ? file : null;
  return [
    picture && isAddress(picture) ? pictureOf(picture, author.name) : null,
    file && !(picture && isAddress(file)) ? element('p', { className: 'bubble', dir: 'auto' }, `${words().file}: `, ...linked(file)) : null,
    text && !isLonePicture ? element('p', { className: 'bubble', dir: 'auto' }, ...linked(text)) : null,
  ].filter(Boolean);
}

/** @param {string} address @param {string} name Of whoever sent it. */
function pictureOf(address, name) {
  const image = element('img', { src: address, alt: '', loading: 'lazy', referrerPolicy: 'no-referrer' });
  const link = element('a', { className: 'picture', label: words().pictureOf(name), href: address, target: '_blank', rel: 'noopener noreferrer' }, image);
  image.addEventListener('error', () => {
    link.classList.add('missing');
    link.removeAttribute('aria-label');
    link.replaceChildren(words().pictureMissing, element('small', {}, address));
  });
  return link;
}

/** The text with its web addresses as links. @param {string} text */
function linked(text) {
  const parts = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    if (!isAddress(address)) continue;
    parts.push(text.slice(end, index));
    parts.push(element('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** Whether it leads to the web and nowhere else. @param {string} text */
function isAddress(text) {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}

function isTogether(a, b) {
  return a.author.id === b.author.id && Date.parse(b.at) - Date.parse(a.at) < TOGETHER;
}

function readers({ id }, others, hasMore) {
  const count = others.filter(({ mark }) => mark >= id).length;
  if (count === 0) return words().sent;
  return count === others.length && !hasMore ? words().readByAll : words().readBy(count);
}
