// The requests that a client needs, and which of their failures pass.

import { fromRoom } from './message.js';

/** @import { Message } from './message.js' */

/**
 * A token, or what gives one; asked again when the last one is refused.
 * @typedef {string | ((isRefused: boolean) => Promise<string>)} Token
 */

/** @typedef {{ text: string, type?: string, file?: string | null }} Draft */

/** Nobody watches a message that waits longer than this: `Retry-After` is an hour where a room is full. */
const LONGEST_WAIT = 60_000;

/** Why something did not succeed. */
export class Trouble extends Error {
  /**
   * @param {string} message
   * @param {object} [how]
   * @param {boolean} [how.passes] It may succeed when it is repeated, unless that is a long time off.
   * @param {string} [how.code] What the chat calls it.
   * @param {number} [how.status]
   * @param {number} [how.retryAfter] Milliseconds to wait at least.
   */
  constructor(message, { passes = false, code = '', status = 0, retryAfter = 0 } = {}) {
    super(message);
    /** @type {boolean} */ this.passes = passes && retryAfter <= LONGEST_WAIT;
    /** @type {string} */ this.code = code;
    /** @type {number} */ this.status = status;
    /** @type {number} */ this.retryAfter = retryAfter;
  }
}

const ROOMS = '/api/v1/chat/rooms';
const USERS = '/api/v1/chat/users';
/** The most that a page of a list holds. */
const PAGE = 200;

/** The chat, as one user calls it. */
export class Service {
  #url;
  #token;
  #WebSocket;
  #answeredWithin;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {number} options.user
   * @param {Token} [options.token] Without one the chat must believe callers.
   * @param {number} options.answeredWithin
   * @param {any} options.WebSocket
   */
  constructor({ url, user, token, answeredWithin, WebSocket }) {
    this.user = user;
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#WebSocket = WebSocket;
    this.#answeredWithin = answeredWithin;
  }

  /** All of the user's rooms, page by page: the pages come in no order of activity. */
  async rooms() {
    const all = [];
    let cursor = '';
    do {
      const { data, page } = await this.#ask('GET', `${USERS}/${this.user}/rooms?limit=${PAGE}${cursor}`);
      all.push(...data);
      cursor = page.has_more ? `&cursor=${page.next_cursor}` : '';
    } while (cursor);
    return all;
  }

  /** A room's members, as many as a page holds. @param {number} room */
  members(room) {
    return this.#page(`${ROOMS}/${room}/members?limit=${PAGE}&user_id=${this.user}`);
  }

  /** What comes after this message, the oldest first. @param {number} room @param {number} id */
  after(room, id) {
    return this.#messages(room, `after=${id}&limit=${PAGE}`);
  }

  /** What comes before this message, or the newest, the oldest first. @param {number} room @param {number} [id] */
  async before(room, id) {
    const page = await this.#messages(room, `limit=50${id ? `&before=${id}` : ''}`);
    page.messages.reverse();
    return page;
  }

  /** The stored message. @param {number} room @param {Draft} draft @param {string} key */
  async send(room, { text, type = 'text', file = null }, key) {
    const body = { user_id: this.user, message: text, message_type: type, file_url: file };
    const answer = await this.#ask('POST', `${ROOMS}/${room}/messages`, body, key);
    return fromRoom(answer.data);
  }

  /** @param {number} room @param {number} id */
  read(room, id) {
    return this.#ask('POST', `${ROOMS}/${room}/read`, { user_id: this.user, message_id: id });
  }

  /** The new room. @param {string} name @param {string} key */
  async createRoom(name, key) {
    return (await this.#ask('POST', ROOMS, { user_id: this.user, name }, key)).data;
  }

  /** @param {number} room @param {number} user */
  addMember(room, user) {
    return this.#ask('POST', `${ROOMS}/${room}/members`, { user_id: user });
  }

  /** @param {number} room @param {number} user */
  removeMember(room, user) {
    return this.#ask('DELETE', `${ROOMS}/${room}/members/${user}`);
  }

  /** Creates or replaces the user's own profile. @param {{ name: string }} profile */
  saveProfile(profile) {
    return this.#ask('PUT', `${USERS}/${this.user}`, profile);
  }

  /** A socket of a room. @param {number} room @param {(frame: any) => void} hear */
  async openRoom(room, hear) {
    const who = this.#token ? `ticket=${await this.#ticket()}` : `user_id=${this.user}`;
    return this.#open(`/ws/chat/${room}?${who}`, hear);
  }

  /** A socket of all the user's rooms. @param {(frame: any) => void} hear */
  async openAll(hear) {
    return this.#open(`/chat?ticket=${await this.#ticket()}`, hear);
  }

  async #ticket() {
    return (await this.#ask('POST', '/chat/ticket')).ticket;
  }

  /** @param {string} path @param {(frame: any) => void} hear @returns {Promise<WebSocket>} */
  #open(path, hear) {
    return new Promise((resolve, reject) => {
      const socket = new this.#WebSocket(this.#url.replace(/^http/, 'ws') + path);
      const timer = setTimeout(() => socket.close(), this.#answeredWithin);
      // From the first frame on: it may come in the same moment as the connection.
      socket.onmessage = (/** @type {MessageEvent} */ { data }) => hear(JSON.parse(String(data)));
      socket.onopen = () => {
        clearTimeout(timer);
        resolve(socket);
      };
      socket.onerror = socket.onclose = () => {
        clearTimeout(timer);
        reject(new Trouble('no socket', { passes: true }));
      };
    });
  }

  /** @param {number} room @param {string} query @returns {Promise<{ messages: Message[], hasMore: boolean }>} */
  async #messages(room, query) {
    const path = `${ROOMS}/${room}/messages?${query}&user_id=${this.user}`;
    const { data, page } = await this.#ask('GET', path);
    return { messages: data.map(fromRoom), hasMore: page.has_more };
  }

  /** @param {string} path @returns {Promise<{ listed: any[], hasMore: boolean }>} */
  async #page(path) {
    const { data, page } = await this.#ask('GET', path);
    return { listed: data, hasMore: page.has_more };
  }

  /** @param {string} method @param {string} path @param {object} [body] @param {string} [key] */
  async #ask(method, path, body, key) {
    try {
      return await this.#askOnce(method, path, body, key, false);
    } catch (trouble) {
      const isRefused = trouble instanceof Trouble && trouble.status === 401;
      if (!isRefused || typeof this.#token !== 'function') throw trouble;
      return this.#askOnce(method, path, body, key, true);
    }
  }

  /**
   * @param {string} method @param {string} path @param {object | undefined} body
   * @param {string | undefined} key @param {boolean} isRefused
   */
  async #askOnce(method, path, body, key, isRefused) {
    /** @type {Record<string, string>} */
    const headers = key ? { 'Idempotency-Key': key } : {};
    const passing = (/** @type {unknown} */ error) => {
      throw new Trouble(String(error), { passes: true });
    };
    const token = this.#token;
    if (typeof token === 'function') headers.accessToken = await token(isRefused).catch(passing);
    else if (token) headers.accessToken = token;
    const signal = AbortSignal.timeout(this.#answeredWithin);
    const request = { method, headers, signal, body: body && JSON.stringify(body) };
    const answer = await fetch(this.#url + path, request).catch(passing);
    const text = await answer.text().catch(passing);
    if (answer.ok) return JSON.parse(text);
    throw refusal(answer, text);
  }
}

/** @param {Response} answer @param {string} text */
function refusal({ status, headers }, text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    body = {};
  }
  const passes = status >= 500 || status === 429;
  const retryAfter = (Number(headers.get('Retry-After')) || 0) * 1_000;
  const message = body.message ?? `${status}`;
  return new Trouble(message, { passes, code: body.error?.code, status, retryAfter });
}
