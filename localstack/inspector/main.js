// The views, and the clock that keeps them up to date.

import * as connections from './connections.js';
import { byId } from './dom.js';
import { get, post } from './edge.js';
import * as functions from './functions.js';
import * as items from './items.js';
import { attempt } from './problem.js';
import * as records from './records.js';

const LOOK_EVERY = 700;

const tabs = [...document.querySelectorAll('[role=tab]')];
const pause = byId('pause');
const state = byId('state');
let last = 0;

const shown = () => tabs.find(tab => tab.ariaSelected === 'true').getAttribute('aria-controls');

function open(tab) {
  for (const other of tabs) {
    other.ariaSelected = other === tab;
    other.tabIndex = other === tab ? 0 : -1;
    byId(other.getAttribute('aria-controls')).hidden = other !== tab;
  }
  history.replaceState(null, '', `#${shown()}`);
  if (shown() === 'items') items.open();
  else look();
}

async function news() {
  const read = await get(`records?after=${last}`);
  // Numbers that begin again are another run's.
  if (read.last < last) return start();
  last = read.last;
  records.show(read.records);
  pause.setAttribute('aria-pressed', read.isPaused);
  pause.textContent = read.isPaused ? 'Resume' : 'Pause';
  state.textContent = read.isPaused ? 'paused' : 'live';
  state.className = state.textContent;
}

function start() {
  last = 0;
  records.clear();
}

/** One look after the other: two at once would show the same records. */
let looking = Promise.resolve();
const look = () => looking = looking.then(lookOnce);

async function lookOnce() {
  try {
    await news();
    if (shown() === 'connections') await connections.refresh();
    if (shown() === 'functions') await functions.refresh();
  } catch (error) {
    state.textContent = error instanceof TypeError ? 'the edge does not answer' : error.message;
    state.className = 'lost';
  }
}

async function keepLooking() {
  if (!document.hidden) await look();
  setTimeout(keepLooking, LOOK_EVERY);
}

pause.addEventListener('click', () => attempt(async () => {
  await post(`records/${pause.getAttribute('aria-pressed') === 'true' ? 'resume' : 'pause'}`);
  await look();
}));
byId('clear').addEventListener('click', () => attempt(async () => {
  await post('records/clear');
  records.clear();
}));
for (const [place, tab] of tabs.entries()) {
  tab.addEventListener('click', () => open(tab));
  tab.addEventListener('keydown', ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (step) {
      const next = tabs[(place + step + tabs.length) % tabs.length];
      open(next);
      next.focus();
    }
  });
}
open(tabs.find(tab => `#${tab.getAttribute('aria-controls')}` === location.hash) ?? tabs[0]);
keepLooking();
