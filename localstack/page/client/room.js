// A room as its member sees it: messages, members, who is there and who has read how far.

import { fromRoom } from './message.js';
import { Alarm, jittered } from './pace.js';
import { Timeline } from './timeline.js';

/** @import { Message } from './message.js' */
/** @import { Pace } from './pace.js' */
/** @import { Service } from './service.js' */

/**
 * @typedef {object} Member
 * @property {number} id
 * @property {string} name
 * @property {string} role
 * @property {boolean} isOnline
 * @property {number} mark The last message that the member has read, as far as it is known.
 */

/**
 * @typedef {object} Hears
 * @property {(message: Message) => void} onMessage A message is known, from wherever it came.
 * @property {(news: number) => void} onNews So many messages were there that no socket had brought.
 * @property {() => void} changed
 */

export class Room {
  name = '';
  role = 'member';
  memberCount = 0;
  /** The newest id that the chat has given out, as far as it is known. */
  lastId = 0;
  /** The last message that the user has read. */
  mark = 0;
  /** @type {Message | null} */
  last = null;
  /** @type {Map<number, Member>} */
  members = new Map();
  /** Whether there are more members than are known. */
  hasMoreMembers = false;
  /** When they were asked for, 0 when they have to be. */
  membersAt = 0;
  #eventAt = 0;
  timeline = new Timeline();
  /** Whether there are messages before the first that is shown. */
  hasOlder = false;
  /** What the chat is being told was read. */
  #marking = 0;
  /** Whether its messages are wanted: they are loaded as soon as that can be. */
  isFollowed = false;
  #isFromStart = false;
  /** @type {Promise<void> | null} */
  #opened = null;
  /** @type {Promise<void> | null} */
  #older = null;
  /** @type {Promise<number> | null} */
  #running = null;
  /** @type {Promise<number> | null} */
  #queued = null;
  #alarm = new Alarm(() => this.look().catch(({ retryAfter = 0 }) => {
    this.#alarm.within(retryAfter + jittered(this.pace.echoWithin));
  }));

  /** @param {number} id @param {Service} service @param {Pace} pace @param {Hears} hears */
  constructor(id, service, pace, hears) {
    this.id = id;
    this.service = service;
    this.pace = pace;
    this.hears = hears;
  }

  /** An empty number counts, until the member reads on. */
  get unread() {
    return Math.max(0, this.lastId - this.mark);
  }

  /** Takes over what a list of rooms says. @param {any} listed */
  update(listed) {
    Object.assign(this, { name: listed.name, role: listed.role, memberCount: listed.member_count });
    this.mark = Math.max(this.mark, listed.last_read_message_id);
    this.lastId = Math.max(this.lastId, listed.last_message_id);
    if (listed.last_message) this.#isLast(fromRoom(listed.last_message));
  }

  /** Loads the newest messages, or all of them. @param {{ fromStart?: boolean }} [how] */
  open({ fromStart = this.#isFromStart } = {}) {
    this.isFollowed = true;
    this.#isFromStart = fromStart;
    this.#opened ??= this.#begin().catch((trouble) => {
      this.#opened = null;
      throw trouble;
    });
    return this.#opened;
  }

  async #begin() {
    if (this.#isFromStart) return;
    const { messages, hasMore } = await this.service.before(this.id);
    this.hasOlder = hasMore;
    this.timeline.begin(messages);
    for (const message of messages) this.#know(message);
    this.hears.changed();
  }

  /** Loads what was before the first message that is shown. */
  loadOlder() {
    this.#older ??= this.#loadOlder().finally(() => {
      this.#older = null;
    });
    return this.#older;
  }

  async #loadOlder() {
    const first = this.timeline.shown[0];
    if (!this.hasOlder || !first) return;
    const { messages, hasMore } = await this.service.before(this.id, first.id);
    this.hasOlder = hasMore;
    this.timeline.prepend(messages);
    this.hears.changed();
  }

  /** A socket or an answer brought a message. @param {Message} message */
  hear(message) {
    this.#know(message);
    if (this.isFollowed) {
      this.timeline.hear(message);
      // What is missing may be right behind.
      if (this.timeline.hasGap) this.#alarm.within(this.pace.gapWithin);
    }
    this.hears.changed();
  }

  /** Fetches what is missing: how many no socket had brought. One at a time, and one that waits. */
  look() {
    if (this.#queued) return this.#queued;
    const run = () => {
      this.#queued = null;
      this.#running = this.#look().finally(() => {
        this.#running = null;
      });
      return this.#running;
    };
    // One that is under way may have asked before what this one is about.
    this.#queued = this.#running ? this.#running.then(run, run) : Promise.resolve().then(run);
    return this.#queued;
  }

  async #look() {
    this.#alarm.clear();
    await this.open();
    let news = 0;
    for (;;) {
      const { messages, hasMore } = await this.service.after(this.id, this.timeline.cursor);
      news += this.timeline.fill(messages);
      for (const message of messages) this.#know(message);
      if (messages.length > 0 && hasMore) continue;
      // More, but not yet: an id before it is still on its way.
      if (hasMore) this.#alarm.within(jittered(this.pace.echoWithin));
      break;
    }
    if (news > 0) this.hears.changed();
    this.hears.onNews(news);
    return news;
  }

  /** Asks who is there. */
  async refresh() {
    // Before the question, so that a mark is never shown further than it is.
    const [known, begunAt] = [this.timeline.cursor, Date.now()];
    const { listed, hasMore } = await this.service.members(this.id);
    const before = this.members;
    this.members = new Map(hasMore ? before : []);
    for (const member of listed) this.#add(member, Math.max(0, known - member.unread_count), before);
    this.hasMoreMembers = hasMore;
    // What an event said meanwhile the answer may not know.
    this.membersAt = this.#eventAt >= begunAt ? 0 : begunAt;
    if (!hasMore) this.memberCount = listed.length;
    this.hears.changed();
  }

  /** Whether it is time to ask who is there. @param {boolean} isTold Whether a socket says who comes, goes and reads. */
  isDue(isTold) {
    return this.membersAt === 0 || (!isTold && Date.now() - this.membersAt > this.pace.membersEvery);
  }

  /** What a room's socket tells besides messages. @param {any} event */
  apply({ type, user_id: user, data }) {
    this.#eventAt = Date.now();
    // Who joins finds nothing unread unless the event says so.
    if (type === 'member_join') this.#add(data, Math.max(0, this.lastId - (data.unread_count ?? 0)), this.members);
    else if (type === 'member_leave') this.members.delete(user);
    else if (type === 'read') this.#read(user, data.last_read_message_id);
    const member = this.members.get(user);
    if (member && type === 'member_online') member.isOnline = true;
    if (member && type === 'member_offline') member.isOnline = false;
    // Where not all members are known the list of rooms says how many there are.
    if (!this.hasMoreMembers) this.memberCount = this.members.size || this.memberCount;
    this.hears.changed();
  }

  /** Says that everything that is shown was read. */
  async markRead() {
    const id = this.timeline.cursor;
    if (id <= Math.max(this.mark, this.#marking)) return;
    this.#marking = id;
    try {
      await this.service.read(this.id, id);
      this.#read(this.service.user, id);
      this.hears.changed();
    } finally {
      this.#marking = 0;
    }
  }

  stop() {
    this.#alarm.stop();
  }

  /** @param {any} listed @param {number} mark @param {Map<number, Member>} before */
  #add(listed, mark, before) {
    const [id, known] = [listed.user_id, before.get(listed.user_id)];
    const isOnline = listed.online ?? known?.isOnline ?? false;
    const { name } = listed.user;
    this.members.set(id, { id, name, role: listed.role, isOnline, mark: Math.max(mark, known?.mark ?? 0) });
  }

  /** @param {Message} message */
  #know(message) {
    // A ticket frame says the handle.
    message.author.name = this.members.get(message.author.id)?.name ?? message.author.name;
    this.lastId = Math.max(this.lastId, message.id);
    this.#isLast(message);
    // Who sends has read.
    this.#read(message.author.id, message.id);
    this.hears.onMessage(message);
  }

  /** @param {Message} message */
  #isLast(message) {
    if (message.id > (this.last?.id ?? 0)) this.last = message;
  }

  /** @param {number} user @param {number} id */
  #read(user, id) {
    if (user === this.service.user) this.mark = Math.max(this.mark, id);
    const member = this.members.get(user);
    if (member) member.mark = Math.max(member.mark, id);
  }
}
