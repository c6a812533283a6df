import assert from 'node:assert/strict';
import test from 'node:test';

import { about, clockTime, length, minutes, point, snap, text, tickStep, timecode } from '../../ui/static/clock.js';

test('timecode counts frames and carries into seconds, minutes and hours', () => {
  assert.equal(timecode(0, 25), '00:00:00');
  assert.equal(timecode(7.88, 25), '00:07:22');
  assert.equal(timecode(3661, 25), '01:01:01:00');
});

test('the ruler tells true seconds whatever the rate', () => {
  assert.equal(minutes(20), '00:20');
  assert.equal(minutes(125), '02:05');
});

test('lengths and points are rounded for people', () => {
  assert.equal(length(9.6), '0:10');
  assert.equal(point(59.96), '1:00.0');
});

test('what goes to Python is plain decimal text, never negative', () => {
  assert.match(text(1e-9), /^\d+\.\d+$/);
  assert.equal(text(-3), '0.000000');
  assert.equal(text(1 / 3), '0.333333');
});

test('snapping lands on a frame', () => {
  assert.equal(snap(0.05, 25), 0.04);
});

test('labels keep their distance at every zoom', () => {
  for (const pps of [0.5, 3, 40, 400]) assert.ok(tickStep(pps) * pps >= 70 || tickStep(pps) === 3600);
});

test('a stretch of time is said as people say it', () => {
  assert.deepEqual([0.2, 8.4, 89, 91, 5399, 5460].map(about), ['1 s', '8 s', '89 s', '2 min', '1 h 30 min', '1 h 31 min']);
});

test('an instant of today has no day, another one has, and no instant is nothing', () => {
  assert.doesNotMatch(clockTime(new Date().toISOString()), /\d{4}/);
  assert.match(clockTime('2001-02-03T04:05:06Z'), /2001/);
  assert.equal(clockTime('soon'), '');
});
