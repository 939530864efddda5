// How the connection is, and what has just happened.

import { $, say } from './dom.js';
import { words } from './strings.js';

const SHOWN_FOR = 6_000;

export class Status {
  #timer;

  /** @param {import('./client/chat-client.js').ChatClient} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {import('./client/room.js').Room | undefined} room */
  show(room) {
    const link = navigator.onLine ? this.client.link : 'noNetwork';
    $('link').dataset.state = link;
    say($('link'), words()[link === 'open' ? 'connected' : link]);
    say($('room-name'), room?.name ?? '');
    const members = [...(room?.members.values() ?? [])];
    const online = members.filter(({ isOnline }) => isOnline).length;
    say($('room-people'), room ? words().people_(room.memberCount, online) : '');
    $('show-members').hidden = !room;
  }

  /** @param {number} count */
  caughtUp(count) {
    this.say(words().caughtUp(count));
  }

  /** @param {string} text */
  say(text) {
    say($('notice'), text);
    $('notice').hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => ($('notice').hidden = true), SHOWN_FOR);
  }
}
