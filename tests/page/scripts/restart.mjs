// The edge dies and comes back with its data; the test outside does that when it is asked to.
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { assert, play, send } from './window.mjs';

const input = createInterface({ input: process.stdin });

await play(async ({ as }) => {
  const [gildong, chulsoo] = [await as('홍길동'), await as('김철수', { dialect: 'ticket' })];
  await gildong.say('before');
  await chulsoo.hears('before');

  console.log('kill it');
  await once(input, 'line');
  for (const window of [gildong, chulsoo]) await window.sees('#link', 'Reconnecting');
  await gildong.say('written while it was dead');
  await chulsoo.say('so was this');
  console.log('start it');
  for (const window of [gildong, chulsoo]) {
    await window.isConnected();
    for (const text of ['before', 'written while it was dead', 'so was this']) {
      await window.hears(text);
      assert.equal((await window.texts('.bubble')).filter((shown) => shown === text).length, 1);
    }
  }
  await send(3, 'after');
  for (const window of [gildong, chulsoo]) await window.hears('after');
});
