// The template's viewer function under Node, with the cases that the edge's engine gets in
// localstack/src/cloudfront/function/tests.rs.
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const assert = require("node:assert");
const vm = require("node:vm");

const template = fs.readFileSync(path.join(__dirname, "../../infra/template.yaml"), "utf8");
const [, source] = /\n {6}FunctionCode: !Sub \|\n((?: {8}.*\n|\n)+)/.exec(template);
const handler = vm.runInThisContext(`(() => { ${source.replaceAll("${Stage}", "prod")}; return handler })()`);

// CloudFront gives query strings as they are, without decoding.
function event(url) {
  const [uri, query = ""] = url.split("?");
  const pairs = query.split("&").filter(Boolean).map((pair) => pair.split("="));
  const querystring = Object.fromEntries(pairs.map(([name, value]) => [name, { value }]));
  return { version: "1.0", request: { method: "GET", uri, querystring, headers: {}, cookies: {} } };
}

function url({ uri, querystring }) {
  const query = Object.entries(querystring).map(([name, { value }]) => `${name}=${value}`).join("&");
  return query ? `${uri}?${query}` : uri;
}

for (const { from, to } of JSON.parse(fs.readFileSync(path.join(__dirname, "cases.json"), "utf8"))) {
  test(`${from} becomes ${to}`, () => assert.strictEqual(url(handler(event(from))), to));
}
