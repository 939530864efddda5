// An edge without demo data: the first person makes everything.
import { play } from './window.mjs';

await play(async ({ open }) => {
  const ada = await open();
  await ada.fill('#new-person input', 'Ada');
  await ada.sees('#my-name', 'Ada');
  await ada.sees('#nothing', 'no room yet');
  await ada.fill('#new-room input', 'Engines');
  await ada.sees('#room-name', 'Engines');

  const bob = await open();
  await bob.page.click('input[value=ticket]');
  await bob.fill('#new-person input', 'Bob');
  await bob.sees('#my-name', 'Bob');
  const { id } = JSON.parse(await bob.page.evaluate(() => sessionStorage.getItem('chat-person')));
  await ada.fill('#add-member input', `${id}`);
  await ada.sees('.member', 'Bob');
  await bob.click('.room', 'Engines');
  await bob.isConnected();
  await bob.say('hello Ada');
  await ada.hears('hello Ada');
  await ada.say('hello Bob');
  await bob.hears('hello Bob');

  // The same window after a reload is the same person in the same rooms.
  await ada.page.reload();
  await ada.sees('#my-name', 'Ada');
  await ada.hears('hello Bob');
});
