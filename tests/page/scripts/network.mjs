// The network goes away and comes back, with and without a word.
import * as network from './proxy.mjs';
import { assert, play, send, sleep } from './window.mjs';

await play(async ({ as }) => {
  for (const dialect of ['room', 'ticket']) {
    const gildong = await as('홍길동', { dialect, at: network.at });
    const chulsoo = await as('김철수');

    network.cut();
    await gildong.sees('#link', 'Reconnecting');
    for (const n of [1, 2, 3]) await send(2, `${dialect} missed ${n}`);
    for (const n of [1, 2, 3]) await gildong.say(`${dialect} offline ${n}`);
    await gildong.until(() => document.querySelectorAll('.pending').length === 3);
    await gildong.sees('.pending .meta', 'Waiting');
    await gildong.say(`${dialect} discarded`);
    await gildong.sees('.pending .bubble', `${dialect} discarded`);
    await gildong.page.$$eval('.pending', (nodes) => nodes.at(-1).querySelector('button:not([hidden])').click());
    await gildong.until(() => document.querySelectorAll('.pending').length === 3);
    await gildong.screenshot(`offline-${dialect}`);
    network.restore();
    await gildong.sees('#notice', '3 messages caught up');
    await gildong.screenshot(`caught-up-${dialect}`);
    await chulsoo.hears(`${dialect} offline 3`);
    await gildong.until(() => document.querySelectorAll('.pending').length === 0);
    const expected = ['missed', 'offline'].flatMap((what) => [1, 2, 3].map((n) => `${dialect} ${what} ${n}`));
    for (const window of [gildong, chulsoo]) {
      const texts = await window.texts('.bubble');
      assert.deepEqual(texts.filter((text) => text.startsWith(dialect)), expected);
    }

    // A socket that is dead and does not know it.
    network.silence();
    await send(2, `${dialect} into silence`);
    await gildong.hears(`${dialect} into silence`);
    await send(2, `${dialect} heard again`);
    await gildong.hears(`${dialect} heard again`);

    // The machine says that it has no network, and then that it has.
    await gildong.page.setOfflineMode(true);
    await gildong.sees('#link', 'Offline');
    await send(2, `${dialect} while away`);
    await gildong.page.setOfflineMode(false);
    await gildong.hears(`${dialect} while away`);
    await gildong.isConnected();

    // What waits survives that the page is loaded again.
    network.cut();
    await gildong.sees('#link', 'Reconnecting');
    await gildong.say(`${dialect} kept`);
    await gildong.sees('.pending .meta', 'Waiting');
    network.restore();
    await gildong.page.reload();
    await chulsoo.hears(`${dialect} kept`);
    await gildong.hears(`${dialect} kept`);
    await sleep(500);

    // What cannot be read is not waited for.
    await gildong.page.evaluate(() => sessionStorage.setItem('chat-outbox-123', '[{'));
    await gildong.page.reload();
    await gildong.isConnected();
    await gildong.hears(`${dialect} kept`);
    for (const window of [gildong, chulsoo]) {
      const texts = await window.texts('.bubble');
      assert.equal(texts.filter((text) => text === `${dialect} kept`).length, 1);
      await window.page.close();
    }
  }
});
