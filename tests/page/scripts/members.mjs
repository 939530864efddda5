// Who is there, who comes and who goes.
import { play } from './window.mjs';

const online = (name) => [(name) => [...document.querySelectorAll('.member.online')].some((node) => node.textContent.includes(name)), name];
const offline = (name) => [(name) => [...document.querySelectorAll('.member:not(.online)')].some((node) => node.textContent.includes(name)), name];

await play(async ({ as, open }) => {
  const gildong = await as('홍길동');
  await gildong.until(...offline('김철수'));
  for (const dialect of ['room', 'ticket']) {
    const chulsoo = await as('김철수', { dialect });
    await gildong.until(...online('김철수'));
    await chulsoo.until(...online('홍길동'));
    await chulsoo.page.close();
    await gildong.until(...offline('김철수'));
  }

  // Somebody without a room is added, talks, and is removed.
  const jiwoo = await open();
  await jiwoo.click('#people button', '한지우');
  await jiwoo.sees('#nothing', 'no room yet');
  await gildong.fill('#add-member input', '한지우');
  await gildong.sees('.member', '한지우');
  await jiwoo.click('.room', '시작하는 방');
  await jiwoo.isConnected();
  await jiwoo.say('thank you');
  await gildong.hears('thank you');
  await gildong.page.$$eval('.member', (nodes) => nodes.find((node) => node.textContent.includes('한지우')).querySelector('button').click());
  await gildong.until(() => ![...document.querySelectorAll('.member')].some((node) => node.textContent.includes('한지우')));
  await jiwoo.until(() => document.querySelectorAll('.room').length === 0);
  await jiwoo.sees('#nothing', 'no room yet');
  await jiwoo.sees('#notice', 'You are no longer in 시작하는 방');

  // Who is not there cannot be added, and the page says so.
  await gildong.fill('#add-member input', '999999');
  await gildong.sees('#notice', 'does not exist');

  // What somebody does while nothing answers is not done, and can be done again.
  await gildong.page.setOfflineMode(true);
  await gildong.fill('#new-room input', 'Another');
  await gildong.sees('#notice', 'did not answer');
  await gildong.page.setOfflineMode(false);
  await gildong.page.focus('#new-room input');
  await gildong.page.keyboard.press('Enter');
  await gildong.sees('#room-name', 'Another');
  await gildong.until(() => document.querySelector('#new-room input').value === '');
});
