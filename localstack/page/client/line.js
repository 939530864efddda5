// Keeps one socket open after the other.

import { Backoff, Wait } from './pace.js';

/** @import { Pace } from './pace.js' */

/**
 * @typedef {object} Ends
 * @property {(hear: (frame: any) => void) => Promise<WebSocket>} open
 * @property {(frame: any) => void} onFrame
 * @property {() => void} onOpen A socket is open: what was before it has to be fetched.
 * @property {(why: unknown) => void} onDown There is no socket.
 */

export class Line {
  #pace;
  #ends;
  /** @type {WebSocket | null} */
  #socket = null;
  #isStopped = false;
  /** The socket that is to come after this one. @type {Promise<WebSocket> | null} */
  #next = null;
  #wait = new Wait();
  #ended = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rotation;
  #openedAt = 0;
  /** When it last brought something: before the first, when it was opened. */
  heardAt = 0;
  /** How many sockets it opened. */
  sockets = 0;

  /** @param {Pace} pace @param {Ends} ends */
  constructor(pace, ends) {
    this.#pace = pace;
    this.#ends = ends;
    this.#run();
  }

  get isOpen() {
    return this.#socket !== null;
  }

  /** Sends a frame, if there is a socket. @param {object} frame */
  send(frame) {
    this.#socket?.send(JSON.stringify(frame));
    return this.isOpen;
  }

  /** Tries again now. */
  wake() {
    this.#wait.end();
  }

  /** There is no network, or so the machine says: the socket is lost, whether it knows it or not. */
  drop() {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    socket.close();
    this.#ended();
  }

  stop() {
    this.#isStopped = true;
    this.drop();
    this.wake();
  }

  /**
   * Opens the next socket, and only then drops the first: the user is online all the time.
   * @param {{ isDead: boolean }} [first] Whether to do without the first when there is no next.
   */
  async replace({ isDead } = { isDead: false }) {
    if (!this.#socket) return this.wake();
    if (this.#next) return;
    this.#next = this.#open();
    try {
      const next = await this.#next;
      const first = this.#socket;
      if (this.#isStopped) return next.close();
      // It ended meanwhile, and `#run` goes on with the next.
      if (!first) return;
      this.#next = null;
      this.#use(next);
      first.close();
    } catch {
      this.#next = null;
      // Without a next socket a good one is used until it is closed.
      if (isDead) this.drop();
      else this.#rotateAfter(this.#pace.longestPause);
    }
  }

  async #run() {
    const backoff = new Backoff(this.#pace);
    while (!this.#isStopped) {
      let atLeast = 0;
      const openedAt = Date.now();
      try {
        const opening = this.#next ?? this.#open();
        this.#next = null;
        const socket = await opening;
        await this.#listen(socket);
        // One that is closed at once was refused.
        if (Date.now() - openedAt > this.#pace.echoWithin) backoff.reset();
        this.#ends.onDown(null);
      } catch (/** @type {any} */ trouble) {
        atLeast = trouble.retryAfter ?? 0;
        this.#ends.onDown(trouble);
      }
      if (!this.#isStopped && !this.#next) await this.#wait.for(atLeast + backoff.pause());
    }
  }

  #open() {
    return this.#ends.open((frame) => {
      this.heardAt = Date.now();
      this.#rotateInTime();
      this.#ends.onFrame(frame);
    });
  }

  /** Resolves when the socket, or the last one that replaced it, has ended. @param {WebSocket} socket */
  #listen(socket) {
    if (this.#isStopped) return socket.close();
    return new Promise((/** @type {(value: void) => void} */ resolve) => {
      this.#ended = () => {
        clearTimeout(this.#rotation);
        resolve();
      };
      this.#use(socket);
    });
  }

  /** @param {WebSocket} socket */
  #use(socket) {
    this.#socket = socket;
    this.sockets += 1;
    this.heardAt = this.#openedAt = Date.now();
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#ended();
    };
    this.#rotateInTime();
    this.#ends.onOpen();
  }

  /** Before it is closed for its age or its silence. */
  #rotateInTime() {
    const { rotateAfter, idleAfter } = this.#pace;
    if (this.#socket) this.#rotateAfter(Math.min(this.#openedAt + rotateAfter, this.heardAt + idleAfter) - Date.now());
  }

  /** @param {number} ms */
  #rotateAfter(ms) {
    clearTimeout(this.#rotation);
    this.#rotation = setTimeout(() => this.replace(), ms);
  }
}
