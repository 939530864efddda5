// A network between browser and edge that can be cut, or left silent.
import { connect, createServer } from 'node:net';
import { url } from './window.mjs';

const { port } = new URL(url);
const pairs = new Set();
let isCut = false;

const server = createServer((near) => {
  if (isCut) return near.destroy();
  const far = connect(Number(port), 'localhost');
  const pair = { near, far };
  pairs.add(pair);
  near.pipe(far).pipe(near);
  for (const socket of [near, far]) {
    socket.on('error', () => {});
    socket.on('close', () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    });
  }
});
await new Promise((resolve) => server.listen(0, 'localhost', resolve));

/** Where the page is behind this network. */
export const at = `http://localhost:${server.address().port}`;

/** Nothing gets through, and everybody notices. */
export function cut() {
  isCut = true;
  for (const { near } of pairs) near.destroy();
}

export function restore() {
  isCut = false;
}

/** Connections that are open bring nothing any more, and nobody notices: as after a laptop's sleep. */
export function silence() {
  for (const { near, far } of pairs) {
    near.unpipe(far);
    far.unpipe(near);
    near.resume();
    far.resume();
  }
}
