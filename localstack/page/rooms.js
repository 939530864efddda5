// The rooms of this window's person, with what is unread.

import { $, element, say, showAll } from './dom.js';
import { words } from './strings.js';
import { clock } from './time.js';

export class Rooms {
  /**
   * @param {import('./client/chat-client.js').ChatClient} client
   * @param {{ open: (room: number) => void, attempt: (action: () => Promise<unknown>) => Promise<boolean>, until: { signal: AbortSignal } }} page
   */
  constructor(client, { open, attempt, until }) {
    this.client = client;
    this.open = open;
    $('new-room').addEventListener('submit', async (event) => {
      event.preventDefault();
      const { name } = event.target.elements;
      const wanted = name.value.trim();
      if (!wanted) return;
      if (await attempt(async () => open(await client.createRoom(wanted)))) name.value = '';
    }, until);
  }

  /** @param {number} current */
  show(current) {
    showAll($('room-list'), this.client.rooms, ({ id }) => id, (room) => this.#make(room), (node, room) => {
      const [button] = node.children;
      button.setAttribute('aria-current', `${room.id === current}`);
      const [main, side] = button.children;
      say(main.children[0], room.name || `#${room.id}`);
      say(main.children[1], preview(room.last));
      say(side.children[0], room.last ? clock(room.last.at) : '');
      const [, badge] = side.children;
      badge.hidden = room.unread === 0;
      say(badge.children[0], room.unread > 99 ? '99+' : `${room.unread}`);
      say(badge.children[1], ` ${words().unread(room.unread)}`);
    });
  }

  /** @param {{ id: number }} room */
  #make({ id }) {
    const main = element('span', { className: 'grow' }, element('b'), element('small'));
    const count = element('span', { ariaHidden: 'true' });
    const badge = element('span', { className: 'badge' }, count, element('span', { className: 'unseen' }));
    const side = element('span', { className: 'side' }, element('time'), badge);
    const button = element('button', { className: 'room' }, main, side);
    button.addEventListener('click', () => this.open(id));
    return element('li', {}, button);
  }
}

/** @param {import('./client/message.js').Message | null} last */
function preview(last) {
  if (!last) return words().noMessages;
  return `${last.author.name}: ${last.text || last.file || ''}`;
}
