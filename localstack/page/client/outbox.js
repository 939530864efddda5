// What is to be sent, in each room in order: the next one begins when the one before was answered or has come back.

import { randomKey } from './message.js';
import { Backoff, Wait } from './pace.js';

/** @import { Message } from './message.js' */
/** @import { Pace } from './pace.js' */
/** @import { Draft, Trouble } from './service.js' */

/**
 * @typedef {object} Entry
 * @property {string} key The same for each attempt, so that it is stored once.
 * @property {number} room
 * @property {Draft} draft
 * @property {number} at
 * @property {'waiting' | 'sending' | 'refused'} state
 * @property {string} why What the chat said when it refused.
 * @property {number} attempts
 */

/** @typedef {{ resolve: (id: number) => void, reject: (why: unknown) => void, id: Promise<number> }} Promised */

/** @returns {Promised} */
function promised() {
  const parts = /** @type {any} */ ({});
  parts.id = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  // Whoever does not care for the outcome sees it in the entry.
  parts.id.catch(() => {});
  return parts;
}

export class Outbox {
  /** @type {Entry[]} */
  entries = [];
  /** Attempts beyond the first. */
  repetitions = 0;
  #deliver;
  #pace;
  #changed;
  #storage;
  #name;
  /** What the rooms' queues wait with, while they run. @type {Map<number, Wait>} */
  #waits = new Map();
  /** Settled when the message came back, or is given up. @type {Map<string, Promised>} */
  #promises = new Map();

  /**
   * @param {object} options
   * @param {(entry: Entry, echo: Promise<number>) => Promise<number>} options.deliver One attempt: the message's
   *   id. `echo` is settled when the message comes back, or is given up.
   * @param {Pace} options.pace
   * @param {() => void} options.changed
   * @param {Pick<Storage, 'getItem' | 'setItem'> | undefined} options.storage Keeps what waits.
   * @param {string} options.name Where it keeps it.
   */
  constructor({ deliver, pace, changed, storage, name }) {
    this.#deliver = deliver;
    this.#pace = pace;
    this.#changed = changed;
    this.#storage = storage;
    this.#name = name;
    for (const entry of this.#kept()) this.#enqueue(entry);
  }

  /** The message's id, once it has one. @param {number} room @param {Draft} draft @returns {Promise<number>} */
  send(room, draft) {
    const key = randomKey();
    const entry = { key, room, draft, at: Date.now(), state: 'waiting', why: '', attempts: 0 };
    return this.#enqueue(/** @type {Entry} */ (entry));
  }

  /** A message came, maybe one of these. @param {Message} message */
  recognise({ key, id }) {
    if (key && this.#promises.has(key)) this.#settle(key, id);
  }

  /** Tries again what was refused. @param {string} key */
  retry(key) {
    const entry = this.entries.find((entry) => entry.key === key);
    if (entry?.state !== 'refused') return;
    // The first promise was broken.
    this.#promises.set(key, promised());
    entry.state = 'waiting';
    this.#keep();
    this.#run(entry.room);
  }

  /** Does without it. @param {string} key */
  discard(key) {
    this.#promises.get(key)?.reject(new Error('discarded'));
    this.#remove(key);
  }

  /** Tries again now. */
  wake() {
    for (const wait of this.#waits.values()) wait.end();
  }

  /** @param {Entry} entry */
  #enqueue(entry) {
    const promise = promised();
    this.#promises.set(entry.key, promise);
    this.entries.push({ ...entry, state: entry.state === 'sending' ? 'waiting' : entry.state });
    this.#keep();
    this.#run(entry.room);
    return promise.id;
  }

  /** A room that cannot be sent to holds up no other. @param {number} room */
  async #run(room) {
    if (this.#waits.has(room)) return;
    const wait = new Wait();
    this.#waits.set(room, wait);
    // What was just added is to be seen first, and its client to be complete.
    await null;
    const backoff = new Backoff(this.#pace);
    for (;;) {
      const entry = this.entries.find((entry) => entry.room === room && entry.state !== 'refused');
      if (!entry) break;
      await this.#attempt(entry, backoff, wait);
    }
    this.#waits.delete(room);
  }

  /** @param {Entry} entry @param {Backoff} backoff @param {Wait} wait */
  async #attempt(entry, backoff, wait) {
    const echo = this.#promises.get(entry.key)?.id ?? Promise.reject();
    entry.state = 'sending';
    this.#changed();
    try {
      this.#settle(entry.key, await Promise.race([echo, this.#deliver(entry, echo)]));
      backoff.reset();
    } catch (error) {
      const trouble = /** @type {Trouble} */ (error);
      // Discarded while it was on its way.
      if (!this.entries.includes(entry)) return;
      entry.state = trouble.passes ? 'waiting' : 'refused';
      entry.why = trouble.passes ? '' : trouble.message;
      this.#keep();
      if (!trouble.passes) return this.#promises.get(entry.key)?.reject(trouble);
      entry.attempts += 1;
      this.repetitions += 1;
      const pause = trouble.retryAfter + backoff.pause();
      await Promise.race([wait.for(pause), echo.catch(() => {})]);
    }
  }

  /** @param {string} key @param {number} id */
  #settle(key, id) {
    this.#promises.get(key)?.resolve(id);
    this.#remove(key);
  }

  /** @param {string} key */
  #remove(key) {
    this.#promises.delete(key);
    this.entries = this.entries.filter((entry) => entry.key !== key);
    this.#keep();
  }

  /** What was kept before: nothing where that cannot be read. @returns {Entry[]} */
  #kept() {
    try {
      const kept = JSON.parse(this.#storage?.getItem(this.#name) ?? '[]');
      return kept.filter((/** @type {any} */ entry) => entry.key && entry.draft);
    } catch {
      return [];
    }
  }

  #keep() {
    try {
      this.#storage?.setItem(this.#name, JSON.stringify(this.entries));
    } catch {
      // The storage is full or closed: what waits is sent all the same, from memory.
    }
    this.#changed();
  }
}
