// Elements and texts. Nothing here makes HTML of a text.

export const byId = id => document.getElementById(id);

/** An element with these properties and children; a child that is nothing is left out. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter(child => child != null && child !== ''));
  return made;
}

export const span = (className, text) => element('span', { className }, text);

/** A word that says how something went. */
export const chip = (text, tone) => span(`chip ${tone}`, text);

export const time = text => span('time', new Date(text).toLocaleTimeString([], { hour12: false })
  + '.' + text.slice(20, 23).padEnd(3, '0'));

/** What is shown of a number of milliseconds. */
export const duration = ms => span('duration', ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);

/** A row that opens; what is inside is made when it opens for the first time. */
export function row(summary, details) {
  const made = element('details', {}, element('summary', {}, ...summary));
  made.addEventListener('toggle', () => made.append(...details()), { once: true });
  return made;
}

/** A switch that asks for something; `show` says how many more times it will happen, or `always`. */
export function toggle(text, title, ask) {
  const made = element('button', { title, type: 'button' }, text);
  made.addEventListener('click', () => ask(made.getAttribute('aria-pressed') !== 'true'));
  made.show = left => {
    made.setAttribute('aria-pressed', left !== 0);
    made.textContent = left > 1 ? `${text} ×${left}` : text;
  };
  made.show(0);
  return made;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\b\d[\d.eE+-]*|\b(?:true|false|null)\b/g;

/** JSON with its names, texts and numbers in colours. */
export function json(value) {
  const text = JSON.stringify(value, null, 2);
  const made = element('pre', { tabIndex: 0 });
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const kind = found[2] ? 'name' : found[1] ? 'text' : 'number';
    made.append(text.slice(end, found.index), span(kind, found[1] ?? found[0]), found[2] ?? '');
    end = found.index + found[0].length;
  }
  made.append(text.slice(end));
  return made;
}
