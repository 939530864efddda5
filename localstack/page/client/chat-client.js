// A client that misses nothing, whatever the network, the phone and the cloud do: README.md says how.

import { Announcer } from './announcer.js';
import { Frames } from './frames.js';
import { onMachine } from './machine.js';
import { fromRoom, fromTicket, randomKey } from './message.js';
import { Outbox } from './outbox.js';
import { Alarm, jittered, PHONE, TEST } from './pace.js';
import { Rooms } from './rooms.js';
import { Service, Trouble } from './service.js';
import { Sockets } from './sockets.js';

export { PHONE, TEST, Trouble };

/** @import { Line } from './line.js' */
/** @import { Entry } from './outbox.js' */
/** @import { Draft, Token } from './service.js' */

/** Follows a user's rooms. README.md has its events. */
export class ChatClient extends Announcer {
  #isStopped = false;
  /** How many messages were fetched that a socket would have brought. */
  #missed = 0;
  #catchingUp = 0;
  #tickedAt = Date.now();
  #rooms;
  #frames;
  #stopListening;
  #alarm = new Alarm(() => this.#tick());

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {number} options.user
   * @param {Token} [options.token] Without one the chat must believe callers, and `dialect` be `room`.
   * @param {'room' | 'ticket'} [options.dialect] A socket for each open room that says everything of
   *   it, or one for all rooms that brings messages only and takes them, too.
   * @param {import('./pace.js').Pace} [options.pace]
   * @param {Pick<Storage, 'getItem' | 'setItem'>} [options.storage] Keeps what waits to be sent.
   * @param {any} [options.WebSocket] For Node before version 22.
   */
  constructor({ url, user, token, dialect = 'room', pace = PHONE, storage, WebSocket = globalThis.WebSocket }) {
    super();
    this.user = user;
    this.dialect = dialect;
    this.pace = pace;
    this.service = new Service({ url, user, token, answeredWithin: pace.answeredWithin, WebSocket });
    const changed = () => this.changed();
    this.#rooms = new Rooms(this.service, pace, (id) => ({
      onMessage: (message) => this.outbox.recognise(message),
      onNews: (news) => this.#isNews(id, news),
      changed,
    }));
    this.outbox = new Outbox({ deliver: this.#deliver.bind(this), pace, changed, storage, name: `chat-outbox-${user}` });
    this.#frames = new Frames(pace);
    this.sockets = new Sockets(dialect, pace, this.service, {
      onFrame: (frame) => this.#hear(frame),
      onOpen: (line, room) => this.#catchUp(line, room),
      onDown: (trouble) => this.#isDown(trouble),
    });
    this.#stopListening = onMachine({ wakes: () => this.wake(), isOffline: () => this.sockets.drop() });
    this.#tick();
  }

  /** The user's rooms, the most recently active first. */
  get rooms() {
    return this.#rooms.list;
  }

  /** @param {number} id */
  room(id) {
    return this.#rooms.find(id);
  }

  /** `open`: everything comes at once. `down`: it will again in a moment. `connecting`: it has not begun. */
  get link() {
    return this.sockets.state;
  }

  /** Follows a room, from its newest messages on or from the first. @param {number} id @param {{ fromStart?: boolean }} [how] */
  async open(id, how) {
    const room = this.#rooms.of(id);
    // Whoever cannot load it now does as soon as there is a socket.
    const opened = room.open(how);
    this.sockets.follow(id);
    await opened;
    // A socket of its own is a reason to do both.
    if (this.dialect === 'ticket') await Promise.all([room.look(), room.refresh()]);
  }

  /** Goes on with a room in the background: in the room dialect without a socket. @param {number} id */
  close(id) {
    this.sockets.leave(id);
    this.changed();
  }

  /** Sends when those before are sent, as often as it takes: the message's id. @param {number} room @param {Draft} draft */
  send(room, draft) {
    return this.outbox.send(room, draft);
  }

  /** The new room's id, also when the list cannot be had. @param {string} name @returns {Promise<number>} */
  async createRoom(name) {
    const { id } = await this.service.createRoom(name, randomKey());
    await this.#tick();
    return id;
  }

  /** @param {number} room @param {number} user */
  async addMember(room, user) {
    await this.service.addMember(room, user);
    await this.#rooms.of(room).refresh();
  }

  /** @param {number} room @param {number} user */
  async removeMember(room, user) {
    await this.service.removeMember(room, user);
    await (user === this.user ? this.sync() : this.#rooms.of(room).refresh());
  }

  stop() {
    this.#isStopped = true;
    this.#alarm.stop();
    this.#stopListening();
    this.sockets.stop();
    this.#rooms.stop();
  }

  /** Looks at once: the machine has woken, or the network is back. */
  wake() {
    // Nobody knows what became of a socket while the machine slept.
    this.sockets.wake({ areDead: Date.now() - this.#tickedAt > 3 * this.pace.lookEvery });
    this.outbox.wake();
    this.#tick();
  }

  /** Asks for the user's rooms, and fetches what sockets should have brought. */
  async sync() {
    for (const id of await this.#rooms.ask()) this.sockets.leave(id);
    this.changed();
    await Promise.all(this.#rooms.followed.map(async (room) => {
      if (room.lastId > room.timeline.cursor) await room.look();
      if (this.sockets.of(room.id) && room.isDue(this.sockets.tells(room.id))) await room.refresh();
    }));
  }

  async #tick() {
    if (this.#isStopped) return;
    this.#tickedAt = Date.now();
    this.#alarm.within(jittered(this.pace.lookEvery));
    try {
      await this.sync();
    } catch (/** @type {any} */ trouble) {
      this.#report(trouble);
      // Where nothing answers, a socket that seems open is open no more.
      if (!trouble.status) this.sockets.wake({ areDead: true });
      this.#lookAfter(trouble);
    }
  }

  /** A socket is open: what was sent before it comes from the history. @param {Line} line @param {number | null} id */
  async #catchUp(line, id) {
    this.changed();
    this.outbox.wake();
    const rooms = id ? [this.#rooms.of(id)] : this.#rooms.followed;
    for (const room of rooms) room.membersAt = 0;
    this.#catchingUp += 1;
    try {
      await Promise.all(rooms.map((room) => room.look()));
      this.#isCaughtUp(line.sockets > 1);
      await Promise.all(rooms.map((room) => room.refresh()));
    } catch (trouble) {
      this.#report(trouble);
      this.#lookAfter(trouble);
    } finally {
      this.#catchingUp -= 1;
    }
  }

  /** The next look does it, and shall be soon. @param {any} trouble */
  #lookAfter({ retryAfter = 0 }) {
    this.#alarm.within(retryAfter + jittered(this.pace.echoWithin));
  }

  /** @param {boolean} isAgain */
  #isCaughtUp(isAgain) {
    if (isAgain && this.#missed > 0) this.announce('catchup', { count: this.#missed });
    this.#missed = 0;
  }

  /** @param {unknown} trouble */
  #isDown(trouble) {
    this.#frames.areLost('the socket is closed');
    this.changed();
    if (trouble) this.#report(trouble);
    // Whoever is no member any more finds out here.
    else this.#alarm.within(jittered(this.pace.gapWithin));
  }

  /** @param {number} id @param {number} news */
  #isNews(id, news) {
    const line = this.sockets.of(id);
    if (!line) return;
    const isSilent = line.isOpen && Date.now() - line.heardAt > this.pace.echoWithin;
    // What is fetched in other moments was only late.
    if (!line.isOpen || this.#catchingUp > 0 || isSilent) this.#missed += news;
    if (!isSilent || news === 0) return;
    this.#isCaughtUp(true);
    line.replace({ isDead: true });
  }

  /** @param {any} frame */
  #hear(frame) {
    const { type } = frame;
    if (type === 'message') this.#rooms.of(frame.room_id).hear(fromRoom(frame.data));
    else if (type === 'error') this.#frames.isRefused(frame);
    else if (type) this.#rooms.find(frame.room_id)?.apply(frame);
    else if (frame.roomId) this.#hearTicket(fromTicket(frame));
    // API Gateway's own error: the frame may be repeated.
    else this.#frames.areLost(frame.message);
  }

  /** @param {import('./message.js').Message} message */
  #hearTicket(message) {
    const isKnown = this.#rooms.find(message.room);
    this.#rooms.of(message.room).hear(message);
    if (!isKnown) this.#tick();
  }

  /** @param {Entry} entry @param {Promise<number>} echo */
  async #deliver(entry, echo) {
    const line = this.sockets.of(entry.room);
    if (this.dialect === 'ticket' && line && this.#frames.takes(entry)) {
      return this.#frames.send(entry, line, echo);
    }
    const begunAt = Date.now();
    const message = await this.service.send(entry.room, entry.draft, entry.key);
    this.#rooms.of(entry.room).hear(message);
    setTimeout(() => {
      // One's own message comes back, unless the socket is dead.
      if (line?.isOpen && line.heardAt < begunAt) line.replace({ isDead: true });
    }, this.pace.echoWithin);
    return message.id;
  }

  /** @param {unknown} trouble */
  #report(trouble) {
    if (!this.#isStopped) this.announce('error', trouble);
  }
}
