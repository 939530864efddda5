// Who there is to be, and how the chat knows them.

/** @typedef {{ id: number, name: string }} Person */

/** @type {Person[]} */
let demo = [];

/** The people of the demo data, none where the edge was started without it. */
export async function demoPeople() {
  const answer = await fetch('/demo.json').catch(() => null);
  const { requests = [] } = answer?.ok ? await answer.json() : {};
  const profiles = requests.filter(({ method, path }) => method === 'PUT' && path.includes('/users/'));
  demo = profiles.map(({ user, body }) => ({ id: user, name: body.name }));
  return demo;
}

/** The people who may be added. */
export const known = () => demo;

/** The id of whom this names: `456`, `456 이영희` or `이영희`. @param {string} text */
export function idOf(text) {
  const number = /^\d+/.exec(text.trim());
  if (number) return Number(number[0]);
  return demo.find(({ name }) => name === text.trim())?.id ?? null;
}

/** Whether the chat asks for tokens: it refuses who has none before it looks at anything else. */
export async function asksForTokens() {
  return (await fetch('/api/v1/chat/users/1/rooms?limit=1')).status === 401;
}

/**
 * A token that the edge gives where callers are believed, and another when it is over.
 * @param {number} user
 */
export function tokenOfEdge(user) {
  let asked = null;
  return (isRefused) => {
    if (isRefused) asked = null;
    asked ??= fetch(`/page/token?user=${user}`)
      .then((answer) => answer.json())
      .then(({ token }) => token)
      .catch((error) => {
        asked = null;
        throw error;
      });
    return asked;
  };
}

/** The user and name that a token says, null when it is none. @param {string} token */
export function readToken(token) {
  try {
    const part = token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/');
    const bytes = Uint8Array.from(atob(part), (character) => character.charCodeAt(0));
    const { sub, name } = JSON.parse(new TextDecoder().decode(bytes));
    const id = Number(sub);
    return Number.isSafeInteger(id) && id > 0 ? { id, name: name ?? null } : null;
  } catch {
    return null;
  }
}

/** An id for somebody new. */
export const freshId = () => 1_000 + crypto.getRandomValues(new Uint32Array(1))[0];
