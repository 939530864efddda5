// Where a message is written.

import { $ } from './dom.js';

export class Composer {
  #form = $('composer');
  #text = this.#form.elements.text;
  #picture = this.#form.elements.address;

  /** @param {{ send: (draft: import('./client/service.js').Draft) => void, until: { signal: AbortSignal } }} page */
  constructor({ send, until }) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit(send);
    }, until);
    this.#text.addEventListener('keydown', (event) => {
      // The Enter that ends a Korean syllable sends nothing.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#form.requestSubmit();
    }, until);
    this.#text.addEventListener('input', () => this.#fit(), until);
    $('picture').addEventListener('click', () => this.#togglePicture(), until);
  }

  /** @param {import('./client/room.js').Room | undefined} room */
  show(room) {
    this.#form.hidden = !room;
  }

  focus() {
    this.#text.focus();
  }

  #submit(send) {
    const [text, file] = [this.#text.value.trim(), this.#picture.value.trim()];
    if (file) send({ text, type: 'image', file });
    else if (text) send({ text });
    this.#text.value = this.#picture.value = '';
    this.#togglePicture(false);
    this.#fit();
    this.focus();
  }

  #togglePicture(isShown = $('picture-row').hidden) {
    $('picture-row').hidden = !isShown;
    $('picture').setAttribute('aria-expanded', `${isShown}`);
    if (isShown) this.#picture.focus();
  }

  #fit() {
    const { style } = this.#text;
    style.height = 'auto';
    style.height = `${this.#text.scrollHeight}px`;
  }
}
