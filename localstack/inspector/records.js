// Events, invocations, stream batches and broadcasts: one list each, the newest first.

import { byId, chip, duration, element, json, row, span, time } from './dom.js';
import { filterBy, matches } from './filter.js';

const MOST = 500;

/** The rows of events whose function has not answered yet, by API Gateway's request id. */
const waiting = new Map();
/** What is shown of each function's invocations. */
export const statistics = new Map();

const TONES = { success: 'good', error: 'bad', failure: 'bad', timeout: 'bad', 'partial failure': 'odd' };
const outcome = status => chip(status, TONES[status] ?? 'odd');

const block = (title, content) => [element('h3', {}, title), content];

const only = (what, text) => element('button', { type: 'button', onclick: () => filterBy(text) }, `Only this ${what}`);

/** A text as JSON, if it is JSON. */
function parsed(text) {
  try { return JSON.parse(text); } catch { return text; }
}

function bodyOf({ body, isBase64Encoded }) {
  if (!isBase64Encoded) return parsed(body);
  try {
    const bytes = Uint8Array.from(atob(body), character => character.charCodeAt(0));
    return parsed(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch { return body; }
}

const withBody = (title, message) => [
  ...(message?.body ? block(message.isBase64Encoded ? 'Body, decoded' : 'Body', json(bodyOf(message))) : []),
  ...block(title, json(message)),
];

function event(at, { function: name, swallowedBy, event }) {
  const { requestContext: context = {} } = event;
  const { http, eventType, routeKey, connectionId, requestId } = context;
  const path = http ? event.rawPath : (event.body ?? context.disconnectReason ?? '');
  const answer = span('answer', swallowedBy ? chip(`swallowed: ${swallowedBy}`, 'odd') : '');
  const made = row(
    [time(at), chip(http?.method ?? eventType, http ? 'http' : 'socket'), span('what', `${path}`),
      span('id', connectionId ?? ''), span('function', name), answer],
    () => [
      element('p', { className: 'tools' }, only('request', requestId), connectionId && only('connection', connectionId)),
      element('p', {}, `Route ${routeKey}, function ${name}`),
      ...withBody('Event', event),
    ],
  );
  if (!swallowedBy) waiting.set(requestId, answer);
  return made;
}

function invocation(at, record) {
  const { function: name, status, durationMs, initDurationMs, eventRequestId, error, response } = record;
  const cold = initDurationMs != null;
  const code = response?.statusCode;
  waiting.get(eventRequestId)?.replaceChildren(
    code ? chip(code, code < 400 ? 'good' : code < 500 ? 'odd' : 'bad') : outcome(status), duration(durationMs));
  waiting.delete(eventRequestId);
  count(name, status, durationMs, cold);
  return row(
    [time(at), span('function', name), span('what', error ?? `${code ?? JSON.stringify(response)}`),
      cold ? chip('cold start', 'cold') : '', outcome(status), duration(durationMs)],
    () => [
      eventRequestId && element('p', { className: 'tools' }, only('request', eventRequestId)),
      cold && element('p', {}, `Init duration ${initDurationMs} ms`),
      ...(response ? withBody('Answer', response) : []),
      ...block('Report', json({ ...record, response: undefined })),
    ].filter(Boolean),
  );
}

function count(name, status, durationMs, cold) {
  const of = statistics.get(name) ?? { invocations: 0, failures: 0, coldStarts: 0, total: 0, slowest: 0 };
  of.invocations += 1;
  of.failures += status !== 'success';
  of.coldStarts += cold;
  of.total += durationMs;
  of.slowest = Math.max(of.slowest, durationMs);
  statistics.set(name, of);
}

function batch(at, record) {
  const { eventSourceMapping, function: name, batchSize, status, durationMs, records } = record;
  const first = records[0];
  const key = first ? Object.values(first.Keys ?? {}).map(value => Object.values(value)[0]).join(' ') : '';
  return row(
    [time(at), span('function', name), span('what', `${first?.eventName ?? ''} ${key}`), span('id', eventSourceMapping),
      chip(batchSize === 1 ? '1 record' : `${batchSize} records`, 'plain'), outcome(status), duration(durationMs)],
    () => block(batchSize > records.length ? `The first ${records.length} records` : 'Records', json(records)),
  );
}

function broadcast(at, record) {
  const { function: name, delivered, gone, throttled, failed, durationMs, frame, notDelivered } = record;
  const counts = [[delivered, 'delivered', 'good'], [gone, 'gone', 'odd'], [throttled, 'throttled', 'odd'], [failed, 'failed', 'bad']];
  return row(
    [time(at), span('function', name), span('what', frame ?? ''),
      ...counts.map(([number, word, tone]) => number ? chip(`${number} ${word}`, tone) : ''), duration(durationMs)],
    () => [
      ...block('Frame', json(parsed(frame))),
      ...(notDelivered.length ? block('Not delivered', json(notDelivered)) : []),
    ],
  );
}

const KINDS = {
  event: ['events', event],
  invocation: ['invocations', invocation],
  batch: ['batches', batch],
  broadcast: ['broadcasts', broadcast],
};

/** Puts new records above those that are there. */
export function show(records) {
  for (const { time: at, record } of records) {
    const [id, make] = KINDS[record.kind];
    const list = byId(id).querySelector('.list');
    const made = make(at, record);
    made.dataset.text = JSON.stringify(record).toLowerCase();
    made.hidden = !matches(made);
    list.prepend(made);
    if (list.childElementCount > MOST) list.lastElementChild.remove();
  }
}

export function clear() {
  for (const [id] of Object.values(KINDS)) byId(id).querySelector('.list').replaceChildren();
  waiting.clear();
  statistics.clear();
}
