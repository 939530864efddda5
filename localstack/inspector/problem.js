// One line at the foot of the page that says what went wrong.

import { byId } from './dom.js';

const line = byId('problem');

/** Does something, and says why it could not be done. */
export async function attempt(action) {
  try {
    await action();
    line.hidden = true;
  } catch (error) {
    line.textContent = error.message;
    line.hidden = false;
  }
}
