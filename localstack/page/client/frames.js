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
  /** Ends the wait for the frame that is on its way. @type {(why: Trouble) => void} */
  #give = () => {};

  /** @param {Pace} pace */
  constructor(pace) {
    this.#pace = pace;
  }

  /**
   * What a frame cannot hold goes over HTTP, and what did not come back as one: under the same key it
   * is stored once.
   * @param {Entry} entry
   */
  takes(entry) {
    const bytes = new TextEncoder().encode(JSON.stringify(frame(entry))).length;
    return entry.attempts === 0 && !entry.draft.file && bytes <= FRAME_BYTES;
  }

  /** Rejects unless the message comes back first. @param {Entry} entry @param {Line} line @returns {Promise<never>} */
  send(entry, line) {
    return new Promise((_, reject) => {
      const give = (/** @type {Trouble} */ why) => {
        clearTimeout(timer);
        reject(why);
      };
      // Its own end: when it comes, the next frame may be on its way.
      const timer = setTimeout(() => give(lost('the frame did not come back')), this.#pace.echoWithin);
      this.#give = give;
      if (!line.send(frame(entry))) this.areLost('there is no socket');
    });
  }

  /** @param {{ code: string, message: string, retryAfter?: number }} error */
  isRefused({ code, message, retryAfter = 1 }) {
    const passes = PASSING.includes(code);
    this.#give(new Trouble(message, { passes, code, retryAfter: passes ? retryAfter * 1_000 : 0 }));
  }

  /** It is not known whether the frame arrived. @param {string} why */
  areLost(why) {
    this.#give(lost(why));
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
