// Two people in two windows, in each pair of dialects; what is read, unread and a picture.
import { assert, call, play, send } from './window.mjs';

await play(async ({ as }) => {
  for (const [mine, theirs] of [['room', 'ticket'], ['ticket', 'ticket'], ['room', 'room']]) {
    const [gildong, chulsoo] = [await as('홍길동', { dialect: mine }), await as('김철수', { dialect: theirs })];
    const [hello, answer] = [`hello, ${mine} to ${theirs}`, `answer, ${theirs} to ${mine}`];
    await gildong.say(hello);
    await chulsoo.hears(hello);
    await chulsoo.say(answer);
    await gildong.hears(answer);
    // Both see both, each once, in one order, with name and time.
    for (const window of [gildong, chulsoo]) {
      const texts = (await window.texts('.bubble')).slice(-2);
      assert.deepEqual(texts, [hello, answer]);
      await window.sees('.message.last time', ':');
    }
    await chulsoo.sees('.message .author', '홍길동');
    await gildong.sees('.message .author', '김철수');
    await chulsoo.sees('.mine .read', 'Read by 1');
    await gildong.page.close();
    await chulsoo.page.close();
  }

  // A room that is not open says what is unread; a picture is shown by its address.
  const [gildong, chulsoo] = [await as('홍길동'), await as('김철수', { dialect: 'ticket' })];
  const { id } = await call('POST', '/api/v1/chat/rooms', { user_id: 2, name: 'Second' });
  await call('POST', `/api/v1/chat/rooms/${id}/members`, { user_id: 123 });
  await send(2, 'over there', id);
  await gildong.sees('.room', 'Second');
  await gildong.sees('.badge', '1');
  assert.match(await gildong.page.title(), /^\(\d+\) Chat$/);
  await gildong.click('.room', 'Second');
  await gildong.hears('over there');
  await gildong.until(() => [...document.querySelectorAll('.badge')].every((badge) => !badge.checkVisibility()));

  await gildong.page.click('#picture');
  await gildong.fill('#composer [name=address]', `${new URL('/icon.svg', gildong.page.url())}`);
  await gildong.until(() => document.querySelector('.picture img')?.complete);
  await gildong.until(() => document.querySelector('.message:not(.pending) .picture')?.ariaLabel === 'Picture of 홍길동');
  await chulsoo.click('.room', 'Second');
  await chulsoo.until(() => document.querySelector('.picture img')?.naturalWidth > 0);
});
