// Who is in the room, who is there, and who may stay.

import { $, avatar, element, icon, say, showAll } from './dom.js';
import { idOf, known } from './people.js';
import { words } from './strings.js';

export class Members {
  /** @type {import('./client/room.js').Room | undefined} */
  #room;

  /**
   * @param {import('./client/chat-client.js').ChatClient} client
   * @param {{ attempt: (action: () => Promise<unknown>) => Promise<boolean>, until: { signal: AbortSignal } }} page
   */
  constructor(client, { attempt, until }) {
    this.client = client;
    this.attempt = attempt;
    $('show-members').addEventListener('click', () => this.#toggle(), until);
    $('hide-members').addEventListener('click', () => this.#toggle(false), until);
    addEventListener('keydown', ({ key }) => key === 'Escape' && isDrawer() && this.#toggle(false), until);
    $('add-member').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#add(event.target.elements.user);
    }, until);
    this.#toggle(!isDrawer());
  }

  /** @param {import('./client/room.js').Room | undefined} room */
  show(room) {
    this.#room = room;
    const rank = ({ isOnline }) => (isOnline ? 0 : 1);
    const members = [...(room?.members.values() ?? [])];
    members.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.id - b.id);
    showAll($('member-list'), members, ({ id }) => id, (member) => this.#make(member), (node, member) => this.#update(node, member));
    const strangers = known().filter(({ id }) => !room?.members.has(id));
    showAll($('people-known'), strangers, ({ id }) => id, ({ id, name }) => element('option', { value: `${id} ${name}` }));
    $('add-member').hidden = !room;
  }

  #make(member) {
    const name = element('span', { className: 'grow' }, element('b'), element('small'));
    const presence = element('span', { className: 'presence' }, element('span', { className: 'unseen' }));
    const face = element('span', { className: 'face' }, avatar(member), presence);
    const button = element('button', { className: 'icon' }, icon('close'));
    button.addEventListener('click', () => this.attempt(() => this.client.removeMember(this.#room.id, member.id)));
    return element('li', { className: 'member' }, face, name, button);
  }

  #update(node, { id, name, role, isOnline }) {
    const say_ = words();
    const [face, title, button] = node.children;
    const isMe = id === this.client.user;
    node.classList.toggle('online', isOnline);
    say(face.lastChild.firstChild, isOnline ? say_.online : say_.offline);
    say(title.children[0], name);
    say(title.children[1], [isMe ? say_.you : '', say_[role] ?? ''].filter(Boolean).join(' · '));
    button.hidden = !isMe && (role === 'owner' || this.#room.role === 'member');
    button.setAttribute('aria-label', isMe ? say_.leave : say_.remove(name));
    button.title = isMe ? say_.leave : say_.remove(name);
  }

  /** @param {HTMLInputElement} field */
  async #add(field) {
    const id = idOf(field.value);
    field.setCustomValidity(id ? '' : words().unknownPerson);
    if (!field.reportValidity()) {
      field.addEventListener('input', () => field.setCustomValidity(''), { once: true });
      return;
    }
    if (await this.attempt(() => this.client.addMember(this.#room.id, id))) field.value = '';
  }

  #toggle(isShown = $('members').classList.contains('closed')) {
    $('members').classList.toggle('closed', !isShown);
    $('show-members').setAttribute('aria-expanded', `${isShown}`);
  }
}

/** Whether the members lie over the conversation. */
const isDrawer = () => matchMedia('(max-width: 1019px)').matches;
