// Times as people read them.

import { language } from './strings.js';

const isSameDay = (a, b) => a.toDateString() === b.toDateString();

/** The time of today, or the day. @param {string} at */
export function clock(at) {
  const date = new Date(at);
  const format = isSameDay(date, new Date()) ? { hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric' };
  return date.toLocaleString(language(), format);
}

/** @param {string | number} at */
export const hour = (at) => new Date(at).toLocaleTimeString(language(), { hour: 'numeric', minute: '2-digit' });

/** The day, when it is another than that of the one before. @param {string} at @param {string | undefined} before */
export function newDay(at, before) {
  const date = new Date(at);
  if (before && isSameDay(date, new Date(before))) return '';
  return date.toLocaleDateString(language(), { weekday: 'long', month: 'long', day: 'numeric' });
}
