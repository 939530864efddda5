// The sockets of a dialect: one for each room that is shown, or one for all rooms.

import { Line } from './line.js';

/** @import { Pace } from './pace.js' */
/** @import { Service } from './service.js' */

/** What stands for all rooms. */
const ALL = 0;

/**
 * @typedef {object} Hears
 * @property {(frame: any) => void} onFrame
 * @property {(line: Line, room: number | null) => void} onOpen Of a room, or of all.
 * @property {(why: unknown) => void} onDown
 */

export class Sockets {
  /** @type {Map<number, Line>} */
  #lines = new Map();
  #hasOne;
  #pace;
  #service;
  #hears;

  /** @param {'room' | 'ticket'} dialect @param {Pace} pace @param {Service} service @param {Hears} hears */
  constructor(dialect, pace, service, hears) {
    this.#hasOne = dialect === 'ticket';
    this.#pace = pace;
    this.#service = service;
    this.#hears = hears;
    if (this.#hasOne) this.#open(ALL);
  }

  get state() {
    const lines = [...this.#lines.values()];
    if (lines.every((line) => line.isOpen)) return 'open';
    return lines.some((line) => line.sockets > 0) ? 'down' : 'connecting';
  }

  /** How many were opened. */
  get count() {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.sockets, 0);
  }

  /** What brings the events of a room, if something does. @param {number} room */
  of(room) {
    return this.#lines.get(this.#hasOne ? ALL : room);
  }

  /** Whether a socket says who comes, goes and reads. @param {number} room */
  tells(room) {
    return !this.#hasOne && this.of(room)?.isOpen === true;
  }

  /** @param {number} room */
  follow(room) {
    if (!this.of(room)) this.#open(room);
  }

  /** @param {number} room */
  leave(room) {
    this.#lines.get(room)?.stop();
    this.#lines.delete(room);
  }

  /** Tries again now. @param {{ areDead: boolean }} how Whether those that seem open are not. */
  wake({ areDead }) {
    for (const line of this.#lines.values()) {
      line.wake();
      if (areDead) line.replace({ isDead: true });
    }
  }

  drop() {
    for (const line of this.#lines.values()) line.drop();
  }

  stop() {
    for (const line of this.#lines.values()) line.stop();
  }

  /** @param {number} room */
  #open(room) {
    const { onFrame, onOpen, onDown } = this.#hears;
    const id = room === ALL ? null : room;
    /** @type {Line} */
    const line = new Line(this.#pace, {
      open: (hear) => (id ? this.#service.openRoom(id, hear) : this.#service.openAll(hear)),
      onFrame,
      onOpen: () => onOpen(line, id),
      onDown,
    });
    this.#lines.set(room, line);
  }
}
