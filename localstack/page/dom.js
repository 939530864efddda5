// Elements are made of text, never of HTML: what users write cannot become anything else.

export const $ = (id) => document.getElementById(id);

/** An element with these properties and children. @param {string} tag @param {object} [properties] @param {...(Node | string | null)} children */
export function element(tag, properties = {}, ...children) {
  const { label, ...others } = properties;
  const node = Object.assign(document.createElement(tag), others);
  if (label) node.setAttribute('aria-label', label);
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** An icon of index.html. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  use.setAttribute('href', `#i-${name}`);
  svg.append(use);
  return svg;
}

/** The first letter of a name on a colour of its own. @param {{ id: number, name: string }} person */
export function avatar({ id, name }) {
  return element('span', { className: `avatar tone-${id % 8}`, ariaHidden: 'true' }, initial(name));
}

/** @param {string} name */
export const initial = (name) => [...name.trim()][0]?.toUpperCase() ?? '?';

/** Says something that has changed, and touches nothing when it has not. @param {Node} node @param {string} text */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Shows items in order, each in an element that it keeps while it is there.
 * @param {Element} parent
 * @param {any[]} items
 * @param {(item: any) => unknown} keyOf
 * @param {(item: any, index: number) => HTMLElement} make
 * @param {(node: HTMLElement, item: any, index: number) => void} [update]
 */
export function showAll(parent, items, keyOf, make, update = () => {}) {
  const nodes = (parent.nodes ??= new Map());
  const left = new Set(nodes.keys());
  let place = parent.firstElementChild;
  items.forEach((item, index) => {
    const key = keyOf(item);
    left.delete(key);
    let node = nodes.get(key);
    if (!node) nodes.set(key, (node = make(item, index)));
    update(node, item, index);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  });
  for (const key of left) {
    nodes.get(key).remove();
    nodes.delete(key);
  }
}
