import assert from 'node:assert/strict';
import test from 'node:test';

import { came } from '../../ui/static/patience.js';

/** A server that answers these in turn, and how long the page waited between. */
function server(...statuses) {
  const waits = [];
  const asked = [];
  return {
    waits,
    asked,
    ask: async (url, { headers }) => {
      asked.push(headers.Range);
      const status = statuses.shift();
      if (status === undefined) throw new TypeError('Failed to fetch');
      return { status, headers: new Headers(status === 503 ? { 'Retry-After': '2' } : {}), body: null };
    },
    wait: async (ms) => { waits.push(ms); },
  };
}

test('a preview in the making is asked for again until it is there', async () => {
  const made = server(503, 503, 206);
  assert.equal(await came('media/f', () => true, made), true);
  assert.deepEqual(made.waits, [2000, 2000]);
  assert.deepEqual(made.asked, ['bytes=0-0', 'bytes=0-0', 'bytes=0-0']);
});

test('what is there and does not play is not loaded over and over', async () => {
  assert.equal(await came('media/f', () => true, server(206)), false);
});

test('what cannot be made, or a server that is gone, ends the waiting', async () => {
  assert.equal(await came('media/f', () => true, server(503, 404)), false);
  assert.equal(await came('media/f', () => true, server(503)), false);
  assert.equal(await came('media/f', () => true, server(404)), false);
});

test('a preview that nobody wants any more is not waited for', async () => {
  const made = server(503, 503, 206);
  let wanted = true;
  const wait = async () => { wanted = false; };
  assert.equal(await came('media/f', () => wanted, { ...made, wait }), false);
  assert.equal(made.asked.length, 1);
});

test('the waiting has an end', async () => {
  const made = server();
  const ask = async () => ({ status: 503, headers: new Headers({ 'Retry-After': '99' }) });
  assert.equal(await came('media/f', () => true, { ...made, ask }), false);
  assert.equal(made.waits.length, 120);
});
