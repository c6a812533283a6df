// Work in turns: four at a time, after what is going on now, what was asked for last first.

import assert from 'node:assert/strict';
import test from 'node:test';

import { inTurn } from '../../ui/static/turns.js';

const begun = [];
const open = [];

/** Work that ends when it is told to. */
function work(name, ends = 'done') {
  return () => {
    begun.push(name);
    return new Promise((done, fail) => { open.push(ends === 'done' ? done : fail); });
  };
}

/** Everything that can begin has begun. */
async function settled() {
  for (let before = -1; before !== begun.length;) {
    before = begun.length;
    await new Promise((done) => { setTimeout(done, 80); });
  }
}

test('four are under way at once, the newest wishes first, and one that fails holds up none', async () => {
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'a6']) inTurn(work(name, name === 'a1' ? 'fails' : 'done'));
  assert.deepEqual(begun, []);
  await settled();
  assert.deepEqual(begun, ['a1', 'a2', 'a3', 'a4']);
  for (const name of ['b1', 'b2']) inTurn(work(name));
  open[0](new Error('no such picture'));
  open[1]();
  await settled();
  assert.deepEqual(begun.slice(4), ['b1', 'b2']);
  open[2]();
  open[3]();
  await settled();
  assert.deepEqual(begun.slice(6), ['a5', 'a6']);
});
