import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plain } from '../../ui/static/dom.js';

test('marks that would turn what follows are not shown, the words and those that only hint are', () => {
  assert.equal(plain('a\u202egnp.exe\u202c 0:03.0'), 'agnp.exe 0:03.0');
  assert.equal(plain('\u2067\u2066\u2068x\u2069\u202a\u202b\u202d'), 'x');
  assert.equal(plain('שלום\u200f!'), 'שלום\u200f!');
  assert.equal(plain(3), '3');
});
