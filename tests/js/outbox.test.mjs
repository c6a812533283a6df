import assert from 'node:assert/strict';
import test from 'node:test';

import { keep, keepTyped, kept, tab as real, takeTyped } from '../../ui/static/outbox.js';

function tab(stood = {}) {
  const stored = new Map(Object.entries(stood));
  return {
    stored,
    getItem: (name) => stored.get(name) ?? null,
    setItem: (name, value) => stored.set(name, value),
    removeItem: (name) => stored.delete(name),
  };
}

test('what was not answered comes back in order, with the edit it was drawn on', () => {
  const store = tab();
  const ops = [{ key: 'a', op: 'delete', id: 'c1' }, { key: 'b', op: 'undo' }];
  keep(store, 'p1', { drawn_on: 7, ops });
  assert.deepEqual(kept(store, 'p1'), { drawn_on: 7, ops });
  assert.deepEqual(kept(store, 'p2'), { drawn_on: null, ops: [] });
});

test('what was answered is forgotten', () => {
  const store = tab();
  keep(store, 'p1', { drawn_on: 7, ops: [{ key: 'a', op: 'undo' }] });
  keep(store, 'p1', { drawn_on: 8, ops: [] });
  assert.equal(store.stored.size, 0);
});

test('typed words are there for the next page, once', () => {
  const store = tab();
  keepTyped(store, 'a film about bars');
  assert.equal(takeTyped(store), 'a film about bars');
  assert.equal(takeTyped(store), '');
});

test('a browser that keeps nothing stops nothing', () => {
  keep(real, 'p1', { drawn_on: 7, ops: [{ key: 'a', op: 'undo' }] }); // node has no such storage
  assert.deepEqual(kept(real, 'p1'), { drawn_on: null, ops: [] });
});

test('what cannot be read keeps nobody from opening the project', () => {
  assert.deepEqual(kept(tab({ 'rc-unsent-p1': '{broken' }), 'p1'), { drawn_on: null, ops: [] });
  assert.deepEqual(kept(tab({ 'rc-unsent-p1': '{"ops": 3}' }), 'p1'), { drawn_on: null, ops: [] });
});
