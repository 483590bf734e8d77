'use strict';
const { summarise } = require('./lib/summarise');
const helpers = require('./lib/helpers.js');
const cfg = require('./config.json');
const util2 = require('util');
const assert = require('assert');

async function main() {
  assert.strictEqual(helpers.add(1, 2), 3);
  assert.deepStrictEqual({ a: [1] }, { a: [1] });
  assert(cfg.model, 'model needed');
  const s = await summarise(cfg.model, 'Some text');
  console.log(util2.format('%s -> %j', s, { ok: true }), util2.inspect({ a: { b: { c: {} } } }));
  const sleep = util2.promisify((ms, cb) => setTimeout(() => cb(null, ms), ms));
  console.log(await sleep(3));
  return s.length;
}
main().then((n) => { console.log('done', n); }).catch((e) => { console.error(e.stack); process.exit(1); });
