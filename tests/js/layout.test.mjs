import assert from 'node:assert/strict';
import test from 'node:test';

import { applied, cuts, difference, dropPlace, magnet, nearestCut, tileAt, trimmed, under } from '../../ui/static/layout.js';

const clip = (id, start, duration, more = {}) => ({
  kind: 'clip', id, start_s: start, duration_s: duration, footage_id: 'f', in_s: 1, out_s: 1 + duration,
  available_in_s: 0, available_out_s: 20, speed: 1, ...more,
});
const edit = () => ({
  duration_s: 9, rate: 25,
  tracks: [{ name: 'V1', kind: 'video', items: [clip('a', 0, 2), clip('b', 2, 4), clip('c', 6, 3)] }],
  titles: [],
});

test('the item under a time is the one it lies in, half-open', () => {
  assert.equal(under(edit(), 2).id, 'b');
  assert.equal(under(edit(), 1.999).id, 'a');
  assert.equal(under(edit(), 9), null);
});

test('cuts are all ends and 0, and the nearest is found', () => {
  assert.deepEqual(cuts(edit()), [0, 2, 6, 9]);
  assert.equal(nearestCut(edit(), 4.1), 6);
});

test('a clip dragged past the middle of the next one lands behind it', () => {
  const [track] = edit().tracks;
  assert.deepEqual(dropPlace(track, 'a', 1.9), { index: 0, at: 0 });
  assert.deepEqual(dropPlace(track, 'a', 2.1), { index: 1, at: 4 });
  assert.deepEqual(dropPlace(track, 'a', 50), { index: 2, at: 7 });
});

test('a moved clip is drawn where Python will put it', () => {
  const after = applied(edit(), { op: 'move', id: 'a', index: 2 });
  assert.deepEqual(after.tracks[0].items.map((i) => [i.id, i.start_s]), [['b', 0], ['c', 4], ['a', 7]]);
  assert.equal(after.duration_s, 9);
});

test('a deleted clip closes up, a lifted one leaves a gap as long', () => {
  assert.equal(applied(edit(), { op: 'delete', id: 'b' }).duration_s, 5);
  const lifted = applied(edit(), { op: 'delete', id: 'b', lift: true });
  assert.deepEqual(lifted.tracks[0].items.map((i) => i.kind), ['clip', 'gap', 'clip']);
  assert.equal(lifted.duration_s, 9);
});

test('drawing an op ahead never changes the view it started from', () => {
  const before = edit();
  const copy = structuredClone(before);
  applied(before, { op: 'trim', id: 'a', out_s: '2.0' });
  applied(before, { op: 'move', id: 'a', index: 2 });
  assert.deepEqual(before, copy);
});

test('a trim stays inside the footage, on whole frames, and never empties the clip', () => {
  const a = clip('a', 0, 2);
  assert.equal(trimmed(a, 'in', -99, 25).in_s, 0);
  assert.equal(trimmed(a, 'out', 99, 25).out_s, 20);
  assert.ok(Math.abs(trimmed(a, 'out', -99, 25).duration_s - 1 / 25) < 1e-9);
  const frames = trimmed(a, 'out', 0.333, 25).duration_s * 25;
  assert.ok(Math.abs(frames - Math.round(frames)) < 1e-9);
});

test('a fast clip trims twice the source for the same drag', () => {
  const fast = clip('a', 0, 2, { speed: 2, in_s: 0, out_s: 4 });
  const shorter = trimmed(fast, 'out', -1, 25);
  assert.equal(shorter.out_s, 2);
  assert.equal(shorter.duration_s, 1);
});

test('the magnet pulls within its reach only', () => {
  assert.equal(magnet(4.05, [0, 4, 9], 0.1), 4);
  assert.equal(magnet(4.2, [0, 4, 9], 0.1), 4.2);
});

test('the difference names what a proposal adds, removes, moves and changes', () => {
  const after = edit();
  const [a, b, c] = after.tracks[0].items;
  after.tracks[0].items = [c, { ...a, out_s: 2, duration_s: 1 }, clip('n', 4, 1)];
  const marks = difference(edit(), after);
  assert.equal(marks.get('n'), 'added');
  assert.equal(marks.get(b.id), 'removed');
  assert.equal(marks.get('a'), 'changed');
  assert.equal(marks.get('c'), 'moved');
});

test('a clip moved alone lies over what plays there and leaves a gap', () => {
  const shape = (op) => applied({ tracks: [{ name: 'V1', kind: 'video', items: ['a', 'b', 'c'].map((id, n) => clip(id, n * 2, 2)) }] },
    { op: 'move-alone', ...op }).tracks[0].items.map((it) => `${it.kind === 'gap' ? 'gap' : it.id} ${it.start_s}+${it.duration_s}`);
  assert.deepEqual(shape({ id: 'a', at_s: '3' }), ['gap 0+2', 'b 2+1', 'a 3+2', 'c-rest 5+1']);
  assert.deepEqual(shape({ id: 'c', at_s: '1' }), ['a 0+1', 'c 1+2', 'b-rest 3+1']);
  assert.deepEqual(shape({ id: 'a', at_s: '7' }), ['gap 0+2', 'b 2+2', 'c 4+2', 'gap 6+1', 'a 7+2']);
});

test('clips that only come later or earlier have not moved', () => {
  const items = ['a', 'b', 'c', 'd', 'e'].map((id, n) => clip(id, n, 1));
  const of = (...all) => ({ tracks: [{ name: 'V1', kind: 'video', items: all }, { name: 'A1', kind: 'audio', items: [clip('m', 0, 5)] }] });
  const [a, b, c, d, e] = items;
  assert.deepEqual([...difference(of(...items), of(clip('n', 0, 1), a, c, d, e))], [['b', 'removed'], ['n', 'added']]);
  assert.deepEqual([...difference(of(...items), of(e, a, b, c, d))], [['e', 'moved']]);
  assert.deepEqual([...difference(of(...items), of(b, c, d, e, a))], [['a', 'moved']]);
});

test('a tile is found in its row and the last one is kept to', () => {
  const tiles = { count: 45, columns: 20, step_s: 1 };
  assert.deepEqual(tileAt(tiles, 21.5), { column: 1, row: 1 });
  assert.deepEqual(tileAt(tiles, 400), { column: 4, row: 2 });
});
