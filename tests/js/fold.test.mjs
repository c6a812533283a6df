import assert from 'node:assert/strict';
import test from 'node:test';

import { parted } from '../../ui/static/fold.js';

const LONG = "4 clips from 4 files, 0:30.0 in all. No footage fits 'northern lights' (0:05.0); a hole stands there. The nearest misses are a man in the dark, a lamp in the dark and a cloudy sky over a strip of road.";

test('a long text stands open up to the end of a sentence, the rest is kept', () => {
  const [open, rest] = parted(LONG);
  assert.match(open, /a hole stands there\.$/);
  assert.match(rest, /^The nearest misses/);
  assert.equal(`${open} ${rest}`, LONG);
});

test('a short text, a list and a sentence without end stand as they are', () => {
  for (const words of ['Done.', `My plan:\n1. ${LONG}`, 'x'.repeat(400), '']) assert.deepEqual(parted(words), [words, '']);
});

test('times and figures are no ends of sentences', () => {
  const words = `${'The cut at 0:12.5 stands '.repeat(8)}now.`;
  assert.deepEqual(parted(words), [words, '']);
});

test('a long list stands open for some lines, and none of it is lost', () => {
  const lines = ['My plan:', ...Array.from({ length: 12 }, (_, n) => `${n + 1}. a step`)];
  const [open, rest] = parted(lines.join('\n'));
  assert.equal(open.split('\n').length, 6);
  assert.equal(`${open}\n${rest}`, lines.join('\n'));
  assert.deepEqual(parted(lines.slice(0, 8).join('\n')), [lines.slice(0, 8).join('\n'), '']);
});
