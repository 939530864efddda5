// What a client shows of a room: every message once, in the order of their ids.

/** @import { Message } from './message.js' */

/** The messages that are shown, and those that wait until what is before them is. */
export class Timeline {
  /** @type {Message[]} */
  shown = [];
  /** Everything up to this id is shown, is older than the first shown, or is no message. */
  cursor = 0;
  /** How many messages came again. */
  duplicates = 0;
  /** @type {Map<number, Message>} */
  #waiting = new Map();

  /** A socket brought a message. @param {Message} message */
  hear(message) {
    if (message.id <= this.cursor || this.#waiting.has(message.id)) this.duplicates += 1;
    else this.#waiting.set(message.id, message);
    this.#advance();
  }

  /**
   * These are the first messages after the cursor, the oldest first; what they leave out does not
   * exist. Gives the number of those that no socket had brought.
   * @param {Message[]} page
   */
  fill(page) {
    let news = 0;
    for (const message of page) {
      // A socket may have been sooner, while the page was on its way.
      if (message.id <= this.cursor) continue;
      if (!this.#waiting.delete(message.id)) news += 1;
      this.#show(message);
    }
    for (const id of this.#waiting.keys()) if (id <= this.cursor) this.#waiting.delete(id);
    this.#advance();
    return news;
  }

  /** Begins with the newest messages of a room, the oldest of them first. @param {Message[]} page */
  begin(page) {
    this.shown = [];
    this.cursor = 0;
    this.fill(page);
  }

  /** What was before the first that is shown, the oldest first. @param {Message[]} page */
  prepend(page) {
    const first = this.shown[0]?.id ?? Infinity;
    this.shown.unshift(...page.filter((message) => message.id < first));
  }

  /** Whether something is missing before a message that came. */
  get hasGap() {
    return this.#waiting.size > 0;
  }

  #advance() {
    for (;;) {
      const next = this.#waiting.get(this.cursor + 1);
      if (!next) return;
      this.#waiting.delete(next.id);
      this.#show(next);
    }
  }

  /** @param {Message} message */
  #show(message) {
    this.cursor = message.id;
    this.shown.push(message);
  }
}
