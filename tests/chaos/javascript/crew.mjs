// Several of the page's clients in one room, in both dialects: `node crew.mjs OPTIONS`, in a directory
// with the package `ws`. Says what was acknowledged, and what they show whenever a line comes in.
import { webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

// Node has had both of its own since version 22.
globalThis.crypto ??= webcrypto;
const WebSocket = globalThis.WebSocket ?? createRequire(`${process.cwd()}/`)('ws');
const { client: path, url, room, tokens, milliseconds, least } = JSON.parse(process.argv[2]);
const { ChatClient, TEST } = await import(path);

const clients = tokens.map((token, index) => {
  const dialect = index % 2 === 0 ? 'room' : 'ticket';
  return new ChatClient({ url, user: index + 1, token, dialect, pace: TEST, WebSocket });
});
// It may fail, and is done by the next look.
for (const client of clients) client.open(room, { fromStart: true }).catch(() => {});

// On a busy machine it takes longer until enough has gone wrong.
const end = Date.now() + milliseconds;
let count = 0;
const acknowledged = await Promise.all(clients.map(async (client, number) => {
  const sent = [];
  while (Date.now() < end || count < least) {
    const text = `client ${number}, message ${sent.length}`;
    sent.push({ id: await client.send(room, { text }), text });
    count += 1;
    await sleep(50);
  }
  return sent;
}));
console.log(JSON.stringify({ acknowledged: acknowledged.flat() }));

const shown = (client) => client.room(room).timeline.shown.map(({ id, author, text, key }) => (
  { id, user_id: author.id, message: text, client_message_id: key }));
const sum = (of) => clients.reduce((total, client) => total + of(client), 0);
for await (const _ of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({
    shown: clients.map(shown),
    sockets: sum((client) => client.sockets.count),
    repetitions: sum((client) => client.outbox.repetitions),
    duplicates: sum((client) => client.room(room).timeline.duplicates),
  }));
}
process.exit();
