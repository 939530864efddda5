// The conversation: history above, what waits to be sent below.

import { $, element, say, showAll } from './dom.js';
import { makeMessage, updateMessage } from './message-view.js';
import { makePending, updatePending } from './pending-view.js';
import { words } from './strings.js';

/** As close to the end as this is at the end, in pixels. */
const NEAR = 80;
/** More than this in one moment are counted, not read aloud. */
const READ_ALOUD = 3;

export class Messages {
  #scroller = $('scroller');
  #followsEnd = true;
  /** The newest message that was seen at the end. */
  #seen = 0;
  #first = 0;
  #announced = 0;
  #isLoading = false;
  /** @type {import('./client/room.js').Room | undefined} */
  #room;

  /** @param {import('./client/chat-client.js').ChatClient} client @param {{ signal: AbortSignal }} until */
  constructor(client, until) {
    this.client = client;
    this.#scroller.addEventListener('scroll', () => this.#isScrolled(), { ...until, passive: true });
    $('to-newest').addEventListener('click', () => this.goToNewest(), until);
    const resized = new ResizeObserver(() => this.#followsEnd && this.#toEnd());
    resized.observe(this.#scroller);
    resized.observe($('messages'));
    until.signal.addEventListener('abort', () => resized.disconnect());
  }

  /** Another room is shown from its end. */
  begin() {
    this.#followsEnd = true;
    this.#seen = this.#first = this.#announced = 0;
  }

  goToNewest() {
    this.#followsEnd = true;
    this.#toEnd();
    this.#showUnseen();
  }

  /** @param {import('./client/room.js').Room | undefined} room */
  show(room) {
    this.#room = room;
    const shown = room?.timeline.shown ?? [];
    const pending = this.client.outbox.entries.filter((entry) => entry.room === room?.id);
    const heightBefore = this.#scroller.scrollHeight;
    const [first, last] = [shown[0]?.id ?? 0, shown.at(-1)?.id ?? 0];
    const others = [...(room?.members.values() ?? [])].filter(({ id }) => id !== this.client.user);
    const me = { id: this.client.user, name: room?.members.get(this.client.user)?.name ?? `User ${this.client.user}` };
    const context = { me: me.id, names: room?.members, others, hasMore: room?.hasMoreMembers, items: shown };
    showAll(
      $('messages'),
      [...shown, ...pending],
      (item) => ('draft' in item ? item.key : `${item.room}/${item.id}`),
      (item) => ('draft' in item ? makePending(item, this.client.outbox, me) : makeMessage(item, context)),
      (node, item, index) => ('draft' in item ? updatePending(node, item) : updateMessage(node, item, index, context)),
    );
    this.#showEmpty(room, shown.length + pending.length === 0);
    if (this.#followsEnd) this.#toEnd();
    // What is put in above pushes nothing down.
    else if (first < this.#first) this.#scroller.scrollTop += this.#scroller.scrollHeight - heightBefore;
    this.#first = first;
    this.#announce(shown);
    if (this.#followsEnd) this.#seen = last;
    this.#showUnseen();
    this.#read();
    this.#loadOlder();
  }

  #showEmpty(room, isEmpty) {
    $('nothing').hidden = !isEmpty;
    if (isEmpty) say($('nothing'), room ? words().noMessages : words().noRooms);
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }

  #isScrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#followsEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#followsEnd) this.#seen = this.#room?.timeline.cursor ?? 0;
    this.#showUnseen();
    this.#read();
    this.#loadOlder();
  }

  #showUnseen() {
    const button = $('to-newest');
    button.hidden = this.#followsEnd;
    if (this.#followsEnd) return;
    const shown = this.#room?.timeline.shown ?? [];
    const count = shown.filter(({ id }) => id > this.#seen).length;
    say(button.lastElementChild, count ? words().newMessages(count) : words().toNewest);
  }

  /** Whoever sees the end has read everything. */
  #read() {
    if (!this.#room || !this.#followsEnd || document.hidden) return;
    this.#room.markRead().catch(() => {
      // It is tried again with the next message, or the next look.
    });
  }

  async #loadOlder() {
    const room = this.#room;
    if (!room?.hasOlder || this.#isLoading || this.#scroller.scrollTop > 300) return;
    this.#isLoading = true;
    $('older').hidden = false;
    await room.loadOlder().catch(() => {});
    this.#isLoading = false;
    $('older').hidden = true;
  }

  /** Says to those who cannot see it what others have said. @param {import('./client/message.js').Message[]} shown */
  #announce(shown) {
    const last = shown.at(-1)?.id ?? 0;
    const before = this.#announced;
    this.#announced = Math.max(last, before);
    if (before === 0 || last <= before) return;
    const news = shown.filter(({ id, author }) => id > before && author.id !== this.client.user);
    const texts = news.length > READ_ALOUD ? [words().newMessages(news.length)] : news.map(({ author, text }) => `${author.name}: ${text}`);
    $('announcer').replaceChildren(...texts.map((text) => element('span', {}, text)));
  }
}
