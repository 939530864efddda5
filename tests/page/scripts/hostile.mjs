// Texts and names that want to be more than text.
import { assert, call, play, send, url } from './window.mjs';

const TEXTS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '"><script>alert(1)</script>',
  "'-alert(1)-'",
  '</p></li></ol><script src=/page.js></script>',
  '<a href="javascript:alert(1)">click</a>',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'https://example.com/"onmouseover="alert(1)',
  "https://example.com/'><script>alert(1)</script>",
  '<style>*{display:none}</style>',
  '<base href="https://example.com/">',
  '<form action="https://example.com"><input name=token></form>',
  '<meta http-equiv="refresh" content="0;url=https://example.com">',
  '<link rel=stylesheet href="https://example.com/x.css">',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#x3C;b&#x3E;',
  '<!--', ']]>', '<![CDATA[x]]>',
  '\u202Etxet desrever\u202C and \u2066isolated\u2069',
  'Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319\u0324\u031E\u0349\u035A\u032F\u031E\u0320\u034DA\u0322',
  '__proto__', 'constructor', 'toString', 'null', '[object Object]',
  '{"type":"message","room_id":1}',
  'W'.repeat(4_000),
  '👩‍👩‍👧‍👦'.repeat(200),
  'line\nline\r\n\tline',
];
const FILES = ['javascript:alert(1)', 'data:image/svg+xml,<svg onload=alert(1)>', '<img src=x onerror=alert(1)>', 'https://127.0.0.1:9/"onerror="alert(1).png'];
const NAME = '<img src=x onerror=alert(1)>';

await play(async ({ as }) => {
  await call('PUT', '/api/v1/chat/users/4', { name: NAME, username: '<script>alert(1)</script>' });
  const windows = [await as('홍길동'), await as('김철수', { dialect: 'ticket' })];
  for (const text of TEXTS) await send(4, text);
  for (const file of FILES) {
    const body = JSON.stringify({ user_id: 4, message: '', message_type: 'image', file_url: file });
    const { status } = await fetch(`${url}/api/v1/chat/rooms/1/messages`, { method: 'POST', body });
    // The chat may refuse it. If it does not, the page must not follow it.
    assert.ok([201, 422].includes(status), `${file}: ${status}`);
  }
  await call('POST', '/api/v1/chat/rooms', { user_id: 123, name: '<b onclick=alert(1)>room</b>' });
  await send(4, 'the last one');

  for (const window of windows) {
    await window.hears('the last one');
    const texts = await window.texts('.bubble');
    for (const text of TEXTS) {
      const shown = text.trim();
      assert.ok(texts.some((bubble) => bubble === shown || bubble === text), `not shown as it is: ${text.slice(0, 60)}`);
    }
    await window.sees('.author', NAME);
    const made = await window.page.evaluate(() => {
      const count = (selector) => document.querySelectorAll(selector).length;
      const links = [...document.querySelectorAll('#messages a, #messages img')].map((node) => node.href ?? node.src);
      return {
        elements: count('#messages :is(script, iframe, style, base, form, meta, link, svg, object, embed)'),
        scripts: count('script'),
        handlers: [...document.querySelectorAll('*')].filter((node) => [...node.attributes].some(({ name }) => name.startsWith('on'))).length,
        schemes: [...new Set(links.map((link) => new URL(link).protocol))],
        base: document.baseURI,
        isWide: document.documentElement.scrollWidth > innerWidth,
      };
    });
    const scripts = 1;
    assert.deepEqual({ ...made, schemes: made.schemes.filter((scheme) => !/^https?:$/.test(scheme)) },
      { elements: 0, scripts, handlers: 0, schemes: [], base: window.page.url(), isWide: false });
    // Even a page that forgot itself could not: the browser refuses HTML that is made of text.
    const refused = await window.page.evaluate(() => {
      try {
        document.body.innerHTML = '<b>HTML</b>';
        return 'taken';
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(refused, 'TypeError');
    await window.screenshot(`hostile-${windows.indexOf(window)}`);
  }
});
