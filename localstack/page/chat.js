// One person's chat on the page: the client, and the views that show what it knows.

import { ChatClient, PHONE } from './client/chat-client.js';
import { Composer } from './composer.js';
import { $, initial, say } from './dom.js';
import { Members } from './members.js';
import { Messages } from './messages.js';
import { tokenOfEdge } from './people.js';
import { Rooms } from './rooms.js';
import { Status } from './status.js';
import { words } from './strings.js';

/** Everything is on this machine: looking often costs nothing, and shows at once who came. */
const PACE = { ...PHONE, lookEvery: 5_000, membersEvery: 10_000, echoWithin: 3_000, answeredWithin: 6_000, longestPause: 5_000 };

export class Chat {
  /** The room that is shown, 0 for none. */
  #current = 0;
  #name = '';
  #isDue = false;
  #controller = new AbortController();

  /** @param {import('./sign-in.js').Identity} identity @param {(why?: string) => void} leave */
  constructor(identity, leave) {
    const { id, dialect } = identity;
    this.identity = identity;
    // Where callers are believed only a ticket needs a token.
    const token = identity.token ?? (dialect === 'ticket' ? tokenOfEdge(id) : undefined);
    const client = new ChatClient({ url: location.origin, user: id, token, dialect, pace: PACE, storage: sessionStorage });
    this.client = client;
    const until = { signal: this.#controller.signal };
    client.addEventListener('change', () => this.#showSoon(), until);
    client.addEventListener('catchup', ({ detail }) => this.status.caughtUp(detail.count), until);
    client.addEventListener('error', ({ detail }) => detail.status === 401 && leave(detail.message), until);

    const attempt = (action) => this.#attempt(action);
    this.status = new Status(client);
    this.rooms = new Rooms(client, { open: (room) => this.open(room), attempt, until });
    this.messages = new Messages(client, until);
    this.members = new Members(client, { attempt, until });
    this.composer = new Composer({ send: (draft) => this.#send(draft), until });
    this.#listen(leave, until);
    this.#begin();
  }

  /** Shows a room and follows it. @param {number} id */
  async open(id) {
    const before = this.#current;
    this.#current = id;
    if (before && before !== id) this.client.close(before);
    $('chat').classList.add('in-room');
    this.messages.begin();
    this.#showSoon();
    if (isWide()) this.composer.focus();
    await this.#attempt(() => this.client.open(id), { isRepeated: true });
  }

  /** Shows everything as it is now. */
  show() {
    const { client, identity } = this;
    if (this.#current && !client.room(this.#current)) this.#isRemoved();
    const [first] = client.rooms;
    // On a phone the list comes first.
    if (!this.#current && first && isWide()) this.open(first.id);
    const room = client.room(this.#current);
    this.#name = room?.name ?? '';
    const name = room?.members.get(identity.id)?.name ?? identity.name ?? `User ${identity.id}`;
    say($('my-name'), name);
    say($('my-avatar'), initial(name));
    $('my-avatar').className = `avatar tone-${identity.id % 8}`;
    say($('my-dialect'), words()[`${identity.dialect}Dialect`]);
    this.rooms.show(this.#current);
    this.messages.show(room);
    this.members.show(room);
    this.composer.show(room);
    this.status.show(room);
    const unread = client.rooms.reduce((sum, { unread }) => sum + unread, 0);
    document.title = unread ? `(${unread}) ${words().title}` : words().title;
  }

  end() {
    this.#controller.abort();
    this.client.stop();
  }

  async #begin() {
    const { id, name, isNew } = this.identity;
    if (isNew) await this.#attempt(() => this.client.service.saveProfile({ name }));
    await this.#attempt(() => this.client.sync(), { isRepeated: true });
    this.show();
  }

  /** @param {{ text: string }} draft */
  #send(draft) {
    this.messages.goToNewest();
    // How it goes is shown with the message.
    this.client.send(this.#current, draft).catch(() => {});
  }

  #isRemoved() {
    this.status.say(words().removed(this.#name || `#${this.#current}`));
    this.#current = 0;
    $('chat').classList.remove('in-room');
  }

  /**
   * Says why something did not succeed, unless the client does it again by itself: whether it did.
   * @param {() => Promise<unknown>} action
   */
  async #attempt(action, { isRepeated = false } = {}) {
    try {
      await action();
      return true;
    } catch (trouble) {
      // What has no status is a browser's word for no answer.
      const why = trouble.passes && !trouble.status ? words().unreachable : trouble.message;
      if (!isRepeated || !trouble.passes) this.status.say(why);
      return false;
    }
  }

  #showSoon() {
    if (this.#isDue) return;
    this.#isDue = true;
    const show = () => {
      this.#isDue = false;
      if (!this.#controller.signal.aborted) this.show();
    };
    // A page that nobody sees gets no frames.
    if (document.hidden) setTimeout(show, 200);
    else requestAnimationFrame(show);
  }

  /** @param {() => void} leave @param {{ signal: AbortSignal }} until */
  #listen(leave, until) {
    $('sign-out').addEventListener('click', () => leave(), until);
    $('back').addEventListener('click', () => $('chat').classList.remove('in-room'), until);
    for (const name of ['online', 'offline']) addEventListener(name, () => this.#showSoon(), until);
    document.addEventListener('visibilitychange', () => this.#showSoon(), until);
  }
}

/** Whether rooms and conversation are seen side by side. */
const isWide = () => matchMedia('(min-width: 720px)').matches;
