// node server.mjs ws|socket.io: a server that stores each POST /messages, sends it to every socket
// and answers 201. It prints its port.
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';

const file = `messages-${process.pid}.jsonl`;
let lastId = 0;

const http = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const message = { id: ++lastId, ...JSON.parse(body), created_at: new Date().toISOString() };
  await appendFile(file, `${JSON.stringify(message)}\n`);
  broadcast({ type: 'message', room_id: 1, user_id: message.user_id, data: message });
  response.writeHead(201, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ data: message }));
});
const broadcast = process.argv[2] === 'ws' ? await withWs() : await withSocketIo();
http.listen(0, '127.0.0.1', () => console.log(http.address().port));

async function withWs() {
  const { WebSocketServer } = await import('ws');
  const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
  return (event) => {
    const frame = JSON.stringify(event);
    for (const socket of sockets.clients) socket.send(frame);
  };
}

async function withSocketIo() {
  const { Server } = await import('socket.io');
  // The bench answers no pings.
  const sockets = new Server(http, { transports: ['websocket'], pingInterval: 3_600_000 });
  return (event) => sockets.emit('message', event);
}
