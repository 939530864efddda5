// Runs a browser script in Node: `node run.cjs script.js`, in a directory with the package `ws`.
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const vm = require('node:vm');

// Node has had a WebSocket of its own since version 22.
globalThis.WebSocket ??= createRequire(`${process.cwd()}/`)('ws');
vm.runInThisContext(readFileSync(process.argv[2], 'utf8'));
