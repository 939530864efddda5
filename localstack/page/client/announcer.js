// Tells whoever listens.

export class Announcer extends EventTarget {
  #isDue = false;

  /** Something is not as it was. Many changes of a moment are told once. */
  changed() {
    if (this.#isDue) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      this.announce('change');
    });
  }

  /** @param {string} type @param {unknown} [detail] */
  announce(type, detail) {
    this.dispatchEvent(Object.assign(new Event(type), { detail }));
  }
}
