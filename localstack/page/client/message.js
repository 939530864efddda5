// The two dialects' messages as one.

/**
 * @typedef {object} Author
 * @property {number} id
 * @property {string} name
 */

/**
 * @typedef {object} Message
 * @property {number} id Place in the room's sequence.
 * @property {number} room
 * @property {Author} author
 * @property {string} text
 * @property {string} type `text`, `image`, …; a ticket frame does not say.
 * @property {string | null} file
 * @property {string} at When it was stored.
 * @property {string | null} key What its sender called it.
 */

/** A message of an answer, or an event's `data`. @param {any} data @returns {Message} */
export const fromRoom = (data) => ({
  id: data.id,
  room: data.chat_room_id,
  author: { id: data.user_id, name: data.user?.name ?? `User ${data.user_id}` },
  text: data.message,
  type: data.message_type,
  file: data.file_url,
  at: data.created_at,
  key: data.client_message_id ?? null,
});

/** A frame of a ticket socket. @param {any} frame @returns {Message} */
export const fromTicket = (frame) => ({
  id: frame.id,
  room: frame.roomId,
  author: { id: frame.user.id, name: frame.user.username },
  text: frame.content,
  type: 'text',
  file: null,
  at: frame.timestamp,
  key: frame.clientMessageId ?? null,
});

/** A UUID, also where `crypto.randomUUID` is missing: on pages without TLS. */
export function randomKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
