// Without a mouse, on a phone, in the dark, in Korean and for screen readers. `PICTURE=FILE` keeps a
// picture of the page there, for the README.
import { assert, axe, phone, play, send, sleep } from './window.mjs';

/** What axe finds that keeps somebody out. */
async function audit(window, where) {
  await window.page.evaluate(axe);
  const { violations } = await window.page.evaluate(() => globalThis.axe.run());
  const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
  const found = grave.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`);
  assert.deepEqual(found, []);
}

const focused = (window) => window.page.evaluate(() => {
  const { activeElement: node, body } = document;
  return node === body ? '' : node.getAttribute('aria-label') ?? node.textContent;
});

/** Presses Tab until this has the focus. */
async function tabTo(window, text) {
  for (let n = 0; n < 60; n += 1) {
    if ((await focused(window)).includes(text)) return;
    await window.page.keyboard.press('Tab');
  }
  assert.fail(`Tab never reaches ${text}`);
}

const talk = [[2, '다음 주 출시 일정 확인하셨나요?'], [123, '네! 화요일 오전으로 잡았어요.'], [123, '체크리스트는 여기 있어요: https://example.com/launch'],
  [5, '좋아요, 배포는 제가 맡을게요.'], [3, 'Great — I will watch the dashboards.'], [2, '그럼 월요일에 한 번 더 점검해요.'], [123, '완벽합니다. 모두 고마워요!']];

await play(async ({ open, as }) => {
  for (const [user, text] of talk) await send(user, text);

  const others = [await as('김철수', { dialect: 'ticket' }), await as('이영희')];
  for (const theme of ['light', 'dark']) {
    const window = await open({ theme });
    await window.screenshot(`sign-in-${theme}`);
    await audit(window, `sign-in ${theme}`);
    await window.click('#people button', '홍길동');
    await window.isConnected();
    await window.until(() => document.querySelectorAll('.message').length >= 7
      && document.querySelectorAll('.member.online').length === 3);
    await sleep(300);
    await window.screenshot(`chat-${theme}`);
    if (theme === 'light' && process.env.PICTURE) await window.page.screenshot({ path: process.env.PICTURE });
    await audit(window, `chat ${theme}`);
    await window.page.close();
  }

  for (const other of others) await other.page.close();

  // Only a keyboard: sign in, write, open members, leave.
  const keyboard = await open();
  await tabTo(keyboard, '김철수');
  await keyboard.page.keyboard.press('Enter');
  await keyboard.isConnected();
  await keyboard.page.keyboard.type('typed');
  await keyboard.page.keyboard.down('Shift');
  await keyboard.page.keyboard.press('Enter');
  await keyboard.page.keyboard.up('Shift');
  await keyboard.page.keyboard.type('on two lines');
  await keyboard.page.keyboard.press('Enter');
  await keyboard.hears('typed\non two lines');
  await tabTo(keyboard, 'Leave the room');
  await tabTo(keyboard, 'Sign out');
  await keyboard.page.keyboard.press('Enter');
  await keyboard.sees('h1', 'Chat');

  for (const theme of ['light', 'dark']) {
    const small = await open({ size: phone, theme, language: 'ko-KR' });
    await small.sees('h1', '채팅');
    await small.screenshot(`phone-sign-in-${theme}`);
    await small.click('#people button', '김철수');
    await small.sees('.room', '시작하는 방');
    await small.screenshot(`phone-rooms-${theme}`);
    await audit(small, `phone rooms ${theme}`);
    await small.click('.room', '시작하는 방');
    await small.isConnected();
    await small.sees('.bubble', '완벽합니다');
    assert.equal(await small.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'it scrolls sideways');
    await sleep(300);
    await small.screenshot(`phone-chat-${theme}`);
    await audit(small, `phone chat ${theme}`);
    await small.page.click('#show-members');
    await small.sees('#members .member', '홍길동');
    await small.screenshot(`phone-members-${theme}`);
    await audit(small, `phone members ${theme}`);
    await small.fill('#add-member input', '999999');
    await small.sees('#notice', '999999');
    await small.screenshot(`phone-notice-${theme}`);
    await small.page.keyboard.press('Escape');
    await small.page.click('#back');
    await small.sees('.room', '시작하는 방');
    await small.page.close();
  }

  // The language can be chosen, and is told to screen readers.
  const chosen = await as('홍길동');
  await chosen.page.select('.rooms .languages', 'ko');
  await chosen.sees('#link', '연결됨');
  assert.equal(await chosen.page.evaluate(() => document.documentElement.lang), 'ko');
  await chosen.sees('#member-list', '방장');
  await send(2, '들리나요?');
  await chosen.until(() => document.getElementById('announcer').textContent === '김철수: 들리나요?');
});
