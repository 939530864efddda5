// How patient a client is, and how it waits.

/**
 * Times in milliseconds.
 * @typedef {object} Pace
 * @property {number} lookEvery How often to look for news although a socket is there to bring them.
 * @property {number} membersEvery How often to ask who is there where no socket says it.
 * @property {number} echoWithin How long one's own message may take to come back.
 * @property {number} gapWithin How long to wait for what is missing before it is fetched.
 * @property {number} rotateAfter How old a socket may become: API Gateway closes each after two hours.
 * @property {number} idleAfter How long a socket may bring nothing: API Gateway closes it after ten minutes.
 * @property {number} answeredWithin Longer than the chat takes for anything.
 * @property {number} firstPause Between the first two attempts. Then twice that, and so on,
 * @property {number} longestPause up to this.
 */

/** What a phone or a page should do. @type {Readonly<Pace>} */
export const PHONE = Object.freeze({
  lookEvery: 30_000,
  membersEvery: 3 * 60_000,
  echoWithin: 5_000,
  gapWithin: 500,
  rotateAfter: 110 * 60_000,
  idleAfter: 9 * 60_000,
  answeredWithin: 10_000,
  firstPause: 500,
  longestPause: 30_000,
});

/** The same ten times as fast, so that a test has an end. @type {Readonly<Pace>} */
export const TEST = Object.freeze({
  lookEvery: 3_000,
  membersEvery: 18_000,
  echoWithin: 500,
  gapWithin: 100,
  rotateAfter: 11 * 60_000,
  idleAfter: 54_000,
  answeredWithin: 10_000,
  firstPause: 50,
  longestPause: 1_000,
});

/** Half as long to half as long again. @param {number} ms */
export const jittered = (ms) => ms * (0.5 + Math.random());

/**
 * Pauses that double up to a limit, each of random length up to that, so that a thousand clients
 * that lost the same server do not come back in the same moment.
 */
export class Backoff {
  #first;
  #longest;
  #next;

  /** @param {Pace} pace */
  constructor({ firstPause, longestPause }) {
    this.#first = this.#next = firstPause;
    this.#longest = longestPause;
  }

  /** How long to wait before the next attempt. */
  pause() {
    const most = this.#next;
    this.#next = Math.min(most * 2, this.#longest);
    return most * Math.random();
  }

  /** After a success the next pause is short again. */
  reset() {
    this.#next = this.#first;
  }
}

/** A wait that can be cut short. */
export class Wait {
  #end = () => {};

  /** @param {number} ms @returns {Promise<void>} */
  for(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  end() {
    this.#end();
  }
}

/** An alarm that may be set earlier, never later. */
export class Alarm {
  #ring;
  #isStopped = false;
  #at = Infinity;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} ring */
  constructor(ring) {
    this.#ring = ring;
  }

  /** @param {number} ms */
  within(ms) {
    const at = Date.now() + ms;
    if (this.#isStopped || at >= this.#at) return;
    this.clear();
    this.#at = at;
    this.#timer = setTimeout(() => {
      this.#at = Infinity;
      this.#ring();
    }, ms);
  }

  clear() {
    clearTimeout(this.#timer);
    this.#at = Infinity;
  }

  /** For good: what was under way may want to set it again. */
  stop() {
    this.#isStopped = true;
    this.clear();
  }
}
