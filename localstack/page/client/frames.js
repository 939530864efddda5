// Sending over a ticket socket: a frame at a time, because an error does not say which frame it is about.

import { Trouble } from './service.js';

/** @import { Line } from './line.js' */
/** @import { Entry } from './outbox.js' */
/** @import { Pace } from './pace.js' */

/** API Gateway takes 32 KB in one WebSocket frame, and browsers do not split. */
const FRAME_BYTES = 32_000;
/** What a wait may cure. */
const PASSING = ['too_many_requests', 'unavailable', 'internal'];

export class Frames {
  #pace;
  /** Ends the wait for the frame that is on its way. @type {((why: Trouble) => void) | null} */
  #give = null;

  /** @param {Pace} pace */
  constructor(pace) {
    this.#pace = pace;
  }

  /**
   * What a frame cannot hold goes over HTTP, and what did not come back as one: under the same key it
   * is stored once. So does another room's message while a frame is on its way.
   * @param {Entry} entry
   */
  takes(entry) {
    const bytes = new TextEncoder().encode(JSON.stringify(frame(entry))).length;
    return !this.#give && entry.attempts === 0 && !entry.draft.file && bytes <= FRAME_BYTES;
  }

  /** The message's id, when it comes back in time. @param {Entry} entry @param {Line} line @param {Promise<number>} echo */
  async send(entry, line, echo) {
    const given = new Promise((/** @type {(value: never) => void} */ _, reject) => {
      this.#give = reject;
    });
    const timer = setTimeout(() => this.areLost('the frame did not come back'), this.#pace.echoWithin);
    try {
      if (!line.send(frame(entry))) this.areLost('there is no socket');
      return await Promise.race([echo, given]);
    } finally {
      clearTimeout(timer);
      this.#give = null;
    }
  }

  /** @param {{ code: string, message: string, retryAfter?: number }} error */
  isRefused({ code, message, retryAfter = 1 }) {
    const passes = PASSING.includes(code);
    this.#give?.(new Trouble(message, { passes, code, retryAfter: passes ? retryAfter * 1_000 : 0 }));
  }

  /** It is not known whether the frame arrived. @param {string} why */
  areLost(why) {
    this.#give?.(lost(why));
  }
}

/** @param {string} why */
const lost = (why) => new Trouble(why, { passes: true });

/** @param {Entry} entry */
const frame = ({ room, key, draft }) => ({
  roomId: room,
  content: draft.text,
  timestamp: new Date().toISOString(),
  clientMessageId: key,
});
