// The page: signs in, and shows the chat of whoever that is. On top of `client/chat-client.js`.

import { Chat } from './chat.js';
import { $ } from './dom.js';
import { asksForTokens, demoPeople } from './people.js';
import { showSignIn } from './sign-in.js';
import { choose, onLanguage, translate } from './strings.js';

/** Of this window alone: another window is another person. */
const KEPT = 'chat-person';
/** @type {Chat | null} */
let chat = null;

/** @param {import('./sign-in.js').Identity} identity */
function enter(identity) {
  $('sign-in').hidden = true;
  $('chat').hidden = false;
  chat = new Chat(identity, leave);
  sessionStorage.setItem(KEPT, JSON.stringify(identity));
}

/** Who it was before the page was loaded again, if that can be read. @returns {import('./sign-in.js').Identity | null} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

/** @param {string} [why] */
async function leave(why = '') {
  sessionStorage.removeItem(KEPT);
  chat?.end();
  chat = null;
  $('chat').hidden = true;
  const [people, isGuarded] = await Promise.all([demoPeople(), asksForTokens()]);
  showSignIn({ people, isGuarded, why, enter });
}

translate();
onLanguage(() => chat?.show());
for (const select of document.querySelectorAll('.languages')) {
  select.addEventListener('change', () => choose(select.value));
}
const before = kept();
if (before?.id) demoPeople().then(() => enter(before));
else leave();
