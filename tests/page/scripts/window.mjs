// Windows of a real browser, each with a person in it.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

// Tests run in the directory with the packages.
const require = createRequire(`${process.cwd()}/`);
const puppeteer = require('puppeteer-core');
export const axe = require('axe-core').source;

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** A busy machine is slow. */
const PATIENCE = 60_000;
export const url = process.argv[2];
export const wide = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

const browser = await puppeteer.launch({
  executablePath: BROWSERS.find(existsSync) ?? BROWSERS[0],
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--lang=en-US'],
  protocolTimeout: 120_000,
  // It ends with this process, however that ends.
  pipe: true,
});

/** A window, its page open and nobody signed in. */
export class Window {
  /** What went wrong in it, and what a script should never do. */
  troubles = [];

  static async open({ size = wide, language = 'en-US', theme = 'light', at = url } = {}) {
    const context = await browser.createBrowserContext();
    const window = new Window();
    const page = (window.page = await context.newPage());
    await page.setViewport(size);
    await page.setExtraHTTPHeaders({ 'Accept-Language': language });
    await page.evaluateOnNewDocument((language) => {
      Object.defineProperty(navigator, 'language', { get: () => language });
    }, language);
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    page.on('pageerror', (error) => window.troubles.push(`${error}`));
    page.on('dialog', (dialog) => {
      window.troubles.push(`a dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    await page.goto(at);
    await window.until(() => !document.getElementById('sign-in').hidden);
    return window;
  }

  /** A window of a person of the demo data, in the room that it opens by itself. */
  static async of(name, { dialect = 'room', ...options } = {}) {
    const window = await Window.open(options);
    await window.page.click(`input[value=${dialect}]`);
    await window.click('#people button', name);
    await window.isConnected();
    return window;
  }

  /** Waits until this holds in the page. */
  until(condition, ...values) {
    return this.page.waitForFunction(condition, { timeout: PATIENCE }, ...values).catch(async () => {
      const shown = await this.page.evaluate(() => document.body.innerText);
      throw new Error(`never: ${condition} ${JSON.stringify(values)}\n${shown}\n${this.troubles.join('\n')}`);
    });
  }

  isConnected() {
    return this.until(() => document.getElementById('link').dataset.state === 'open'
      && document.querySelectorAll('#member-list li').length > 0);
  }

  /** The text of an element appears. */
  sees(selector, text) {
    return this.until((selector, text) => (
      [...document.querySelectorAll(selector)].some((node) => node.checkVisibility() && node.textContent.includes(text))), selector, text);
  }

  hears(text) {
    return this.sees('.message:not(.pending) .bubble', text);
  }

  texts(selector) {
    return this.page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent));
  }

  async click(selector, text = '') {
    await this.sees(selector, text);
    await this.page.$$eval(selector, (nodes, text) => nodes.find((node) => node.textContent.includes(text)).click(), text);
  }

  async fill(selector, text) {
    await this.page.$eval(selector, (node, text) => {
      node.value = text;
      node.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
    await this.page.focus(selector);
    await this.page.keyboard.press('Enter');
  }

  say(text) {
    return this.fill('#composer textarea', text);
  }

  async screenshot(name) {
    await mkdir('../page', { recursive: true });
    await this.page.screenshot({ path: `../page/${name}.png` });
  }
}

/** Runs what the script is about, and ends with its outcome. */
export async function play(story) {
  const windows = [];
  const keep = (promise) => promise.then((window) => (windows.push(window), window));
  try {
    await story({ open: (options) => keep(Window.open(options)), as: (name, options) => keep(Window.of(name, options)) });
    assert.deepEqual(windows.flatMap(({ troubles }) => troubles), []);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  await browser.close();
  process.exit();
}

/** Calls the chat as the guides do. */
export async function call(method, path, body) {
  const answer = await fetch(url + path, { method, body: body && JSON.stringify(body) });
  const { data } = await answer.json();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status}`);
  return data;
}

export const send = (user, message, room = 1) => call('POST', `/api/v1/chat/rooms/${room}/messages`, { user_id: user, message });

export { assert, sleep };
