// Five hundred messages at once, and the history above them.
import { assert, play, send } from './window.mjs';

const COUNT = 500;

await play(async ({ as }) => {
  const windows = [await as('홍길동'), await as('김철수', { dialect: 'ticket' })];
  const names = Array.from({ length: COUNT }, (_, n) => `crowd ${n}`);
  const queue = [...names];
  const sender = async (user) => {
    while (queue.length > 0) await send(user, queue.shift());
  };
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].flatMap((user) => [sender(user), sender(user)]));

  const shown = [];
  for (const window of windows) {
    await window.until((count) => document.querySelectorAll('.message').length === count, COUNT);
    const texts = await window.texts('.bubble');
    assert.deepEqual([...texts].sort(), [...names].sort());
    shown.push(texts);
    // The page follows the end.
    await window.until(() => {
      const { scrollHeight, scrollTop, clientHeight } = document.getElementById('scroller');
      return scrollHeight - scrollTop - clientHeight < 80;
    });
  }
  assert.deepEqual(shown[0], shown[1]);

  // Who comes later sees the newest, and scrolls up for the rest.
  const late = await as('박지민');
  await late.until((text) => [...document.querySelectorAll('.bubble')].at(-1)?.textContent === text, shown[0].at(-1));
  assert.ok((await late.texts('.bubble')).length < COUNT);
  await late.page.evaluate(() => document.getElementById('scroller').scrollTo(0, 120));
  const anchor = await late.page.evaluate(() => {
    const { top } = document.getElementById('scroller').getBoundingClientRect();
    const node = [...document.querySelectorAll('.bubble')].find((node) => node.getBoundingClientRect().top > top);
    return { text: node.textContent, y: node.getBoundingClientRect().y };
  });
  await late.until((count) => document.querySelectorAll('.message').length > count, 60);
  const y = await late.page.evaluate((text) => (
    [...document.querySelectorAll('.bubble')].find((node) => node.textContent === text).getBoundingClientRect().y), anchor.text);
  assert.ok(Math.abs(y - anchor.y) < 60, `what was read moved from ${anchor.y} to ${y}`);
  for (let before = 0; before < COUNT;) {
    await late.page.evaluate(() => document.getElementById('scroller').scrollTo(0, 0));
    await late.until((before) => document.querySelectorAll('.message').length > before, before);
    before = await late.page.$$eval('.message', ({ length }) => length);
  }
  assert.deepEqual(await late.texts('.bubble'), shown[0]);

  // Who reads above is told of what comes below, and not moved.
  await send(2, 'below');
  await late.sees('#to-newest', '1 new message');
  await late.click('#to-newest');
  await late.until(() => !document.getElementById('to-newest').checkVisibility());
});
