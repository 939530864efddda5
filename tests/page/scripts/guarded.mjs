// A chat that asks for tokens: what is no token is refused, the printed one signs in.
import { assert, play } from './window.mjs';

const [mine, theirs] = process.argv.slice(3);

async function signIn(window, token, dialect) {
  await window.page.click(`input[value=${dialect}]`);
  await window.page.$eval('#by-token textarea', (node, token) => (node.value = token), token);
  await window.click('#by-token button', 'Sign in');
}

await play(async ({ open }) => {
  const gildong = await open();
  await gildong.sees('.command', 'token --user');
  assert.equal(await gildong.page.$eval('#by-name', (node) => node.checkVisibility()), false);
  await signIn(gildong, 'nonsense', 'room');
  await gildong.sees('#sign-in-problem', 'no access token');
  await signIn(gildong, `${mine.slice(0, -3)}xyz`, 'room');
  await gildong.until(() => document.getElementById('sign-in-problem').textContent.length > 20 && !document.getElementById('sign-in').hidden);
  await gildong.screenshot('guarded');

  for (const dialect of ['room', 'ticket']) {
    const chulsoo = await open();
    await signIn(chulsoo, theirs, dialect);
    await chulsoo.isConnected();
    if (dialect === 'room') {
      await signIn(gildong, mine, 'ticket');
      await gildong.isConnected();
    }
    await gildong.say(`to ${dialect}`);
    await chulsoo.hears(`to ${dialect}`);
    await chulsoo.say(`from ${dialect}`);
    await gildong.hears(`from ${dialect}`);
  }
});
