// The rooms that the user is a member of, as far as that is known.

import { Room } from './room.js';

/** @import { Pace } from './pace.js' */
/** @import { Hears } from './room.js' */
/** @import { Service } from './service.js' */

export class Rooms {
  /** @type {Map<number, Room>} */
  #rooms = new Map();
  #service;
  #make;
  /** @type {Promise<number[]> | null} */
  #asking = null;

  /** @param {Service} service @param {Pace} pace @param {(id: number) => Hears} hears */
  constructor(service, pace, hears) {
    this.#service = service;
    this.#make = (/** @type {number} */ id) => new Room(id, service, pace, hears(id));
  }

  /** The most recently active first. */
  get list() {
    const at = (/** @type {Room} */ room) => room.last?.at ?? '';
    return [...this.#rooms.values()].sort((a, b) => at(b).localeCompare(at(a)) || b.id - a.id);
  }

  get followed() {
    return [...this.#rooms.values()].filter((room) => room.isFollowed);
  }

  /** @param {number} id */
  find(id) {
    return this.#rooms.get(id);
  }

  /** The room, also one that was not heard of before. @param {number} id */
  of(id) {
    const room = this.#rooms.get(id) ?? this.#make(id);
    this.#rooms.set(id, room);
    return room;
  }

  /** Refreshes the list. Resolves to the ids of rooms that were left. */
  ask() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask() {
    // One that is heard of meanwhile may be too new for the answer.
    const before = [...this.#rooms.keys()];
    const listed = await this.#service.rooms().catch((trouble) => {
      // An unprovisioned user has no rooms.
      if (trouble.code === 'unknown_user') return [];
      throw trouble;
    });
    for (const room of listed) this.of(room.id).update(room);
    const ids = new Set(listed.map(({ id }) => id));
    const gone = before.filter((id) => !ids.has(id));
    for (const id of gone) {
      this.#rooms.get(id)?.stop();
      this.#rooms.delete(id);
    }
    return gone;
  }

  stop() {
    for (const room of this.#rooms.values()) room.stop();
  }
}
