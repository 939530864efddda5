// The inspector in a browser: `node inspector.cjs BROWSER URL CONNECTION SCREENSHOTS`, in a directory with the
// package `puppeteer-core`, with the developer's credentials in the environment. Drops the connection, and says
// what it saw that should not be.
const assert = require('node:assert');
const { execFileSync } = require('node:child_process');
const { createRequire } = require('node:module');
const { join } = require('node:path');

const puppeteer = createRequire(`${process.cwd()}/`)('puppeteer-core');
const [browserName, url, connection, screenshots] = process.argv.slice(2);
const { AWS_ACCESS_KEY_ID: username, AWS_SECRET_ACCESS_KEY: password } = process.env;

const TABS = ['events', 'invocations', 'batches', 'broadcasts', 'connections', 'functions', 'items'];
const list = tab => `#${tab} .list`;

async function watched(browser) {
  const page = await browser.newPage();
  await page.authenticate({ username, password });
  const problems = [];
  page.on('console', message => ['error', 'warn'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', error => problems.push(error.message));
  page.on('request', request => request.url().startsWith(new URL(url).origin) || problems.push(request.url()));
  page.setDefaultTimeout(30_000);
  return { page, problems };
}

async function readsWithTheKeyboard(page) {
  await page.waitForSelector(`${list('events')} details`);
  await page.focus(`${list('events')} summary`);
  await page.keyboard.press('Enter');
  await page.waitForSelector(`${list('events')} details[open] pre`);
  await page.focus('#tab-events');
  await page.keyboard.press('ArrowRight');
  await page.waitForSelector(`#invocations:not([hidden]) summary`);
}

async function showsEverything(page) {
  for (const tab of TABS) {
    await page.click(`#tab-${tab}`);
    await page.waitForSelector(`${list(tab)} > *`);
  }
  const kinds = await page.$$eval('#events .chip', chips => chips.map(chip => chip.textContent));
  for (const kind of ['POST', 'CONNECT']) assert(kinds.includes(kind), `${kind} is not among ${kinds}`);
  assert.match(await page.$eval('#broadcasts', panel => panel.textContent), /\d delivered/);
}

async function searches(page) {
  await page.type('#items [name=prefix]', 'ROOM#1');
  await page.waitForFunction(() => {
    const keys = [...document.querySelectorAll('#items summary .id:first-child')].map(key => key.textContent);
    return keys.length > 0 && keys.every(key => key.startsWith('ROOM#1'));
  });
}

async function breaks(page) {
  await page.click('#tab-connections');
  const row = await page.waitForSelector(`xpath///section[@id="connections"]//*[contains(@class, "row")][contains(., "${connection}")]`);
  const refuse = await row.$('[data-fault=post_429]');
  await refuse.click();
  await page.waitForFunction(button => button.ariaPressed === 'true', {}, refuse);
  await page.screenshot({ path: join(screenshots, 'inspector-connections.png') });
  await (await row.$('.danger')).click();
  await page.waitForFunction(row => !row.isConnected, {}, row);
  await page.click('#tab-functions');
  const crash = await page.waitForSelector('#functions .row button');
  await crash.click();
  await page.waitForFunction(button => button.ariaPressed === 'true', {}, crash);
}

/** A text of a user is a text, whatever is in it. */
async function showsTextsAsTexts(page) {
  await page.click('#tab-broadcasts');
  await page.$$eval('#broadcasts summary', rows => rows.forEach(row => row.click()));
  const found = await page.evaluate(() => ({
    text: document.querySelector('#broadcasts').textContent.includes('<img src=x'),
    images: document.images.length,
  }));
  assert.deepStrictEqual(found, { text: true, images: 0 });
}

async function fitsOnAPhone(page) {
  await page.setViewport({ width: 360, height: 740 });
  for (const tab of TABS) {
    await page.click(`#tab-${tab}`);
    const width = await page.evaluate(() => document.scrollingElement.scrollWidth);
    assert(width <= 360, `${tab} is ${width} pixels wide`);
  }
  await page.click('#tab-events');
  await page.screenshot({ path: join(screenshots, 'inspector-phone.png') });
}

async function pausesAndClears(page) {
  await page.click('#pause');
  await page.waitForSelector('#state.paused');
  await page.click('#clear');
  await page.waitForFunction(selector => document.querySelector(selector).childElementCount === 0, {}, list('events'));
  await page.click('#pause');
  await page.waitForSelector('#state.live');
}

async function main() {
  const executablePath = execFileSync('which', [browserName], { encoding: 'utf8' }).trim();
  const browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  try {
    const { page, problems } = await watched(browser);
    await page.setViewport({ width: 1280, height: 800 });
    await page.goto(url);
    await readsWithTheKeyboard(page);
    await showsEverything(page);
    await searches(page);
    await breaks(page);
    await showsTextsAsTexts(page);
    await page.click('#tab-events');
    await page.screenshot({ path: join(screenshots, 'inspector.png') });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    await page.click('#tab-invocations');
    await page.screenshot({ path: join(screenshots, 'inspector-dark.png') });
    await fitsOnAPhone(page);
    await pausesAndClears(page);
    assert.deepStrictEqual(problems, []);
  } finally {
    await browser.close();
  }
}

main().catch(error => {
  console.error(error);
  process.exit(1);
});
