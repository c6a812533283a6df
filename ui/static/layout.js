// Where things stand on the timeline: pure functions over the view Python sends, no DOM.

/** The items of a track that take time, in order. */
export function solid(track) {
  return track.items.filter((item) => item.kind !== 'transition');
}

export function trackOf(timeline, name) {
  return timeline.tracks.find((track) => track.name === name);
}

export function find(timeline, id) {
  for (const track of timeline.tracks) {
    const item = track.items.find((it) => it.id === id);
    if (item) return { track, item };
  }
  return null;
}

/** The V1 item under `at`, or null past the end. */
export function under(timeline, at) {
  const items = solid(trackOf(timeline, 'V1'));
  return items.find((it) => at >= it.start_s && at < it.start_s + it.duration_s) ?? null;
}

/** All cut points of V1, 0 and the end among them. */
export function cuts(timeline) {
  const points = [0];
  for (const item of solid(trackOf(timeline, 'V1'))) points.push(item.start_s + item.duration_s);
  return points;
}

/** The cut nearest to `at`. */
export function nearestCut(timeline, at) {
  return cuts(timeline).reduce((a, b) => (Math.abs(b - at) < Math.abs(a - at) ? b : a), 0);
}

/** The place an item dragged to be centred at `centre` gets among the others, and its cut. */
export function dropPlace(track, id, centre) {
  const others = solid(track).filter((item) => item.id !== id);
  let at = 0;
  for (let index = 0; index < others.length; index += 1) {
    const length = others[index].duration_s;
    if (centre < at + length / 2) return { index, at };
    at += length;
  }
  return { index: others.length, at };
}

/** `value` pulled to the nearest of `points` within `reach`. */
export function magnet(value, points, reach) {
  let best = value;
  let distance = reach;
  for (const p of points) {
    if (Math.abs(p - value) <= distance) {
      best = p;
      distance = Math.abs(p - value);
    }
  }
  return best;
}

/** In and out point of a clip whose edge is dragged by `delta` timeline seconds. */
export function trimmed(clip, edge, delta, rate) {
  const frame = clip.speed / rate;
  const by = Math.round((delta * clip.speed) / frame) * frame;
  let { in_s: start, out_s: end } = clip;
  if (edge === 'in') start = Math.min(Math.max(start + by, clip.available_in_s), end - frame);
  else end = Math.max(Math.min(end + by, clip.available_out_s), start + frame);
  return { in_s: start, out_s: end, duration_s: (end - start) / clip.speed };
}

/** The timeline as it will look after `op`, drawn until Python answers. Unknown ops: as it is. */
export function applied(timeline, op) {
  if (!['move', 'move-alone', 'trim', 'delete'].includes(op.op)) return timeline;
  const copy = structuredClone(timeline);
  const place = find(copy, op.id);
  if (!place) return timeline;
  const { track, item } = place;
  if (op.op === 'trim') {
    if (op.in_s !== undefined) item.in_s = Number(op.in_s);
    if (op.out_s !== undefined) item.out_s = Number(op.out_s);
    const before = item.duration_s;
    item.duration_s = (item.out_s - item.in_s) / item.speed;
    if (op.ripple === false) makeRoom(track, item, op.in_s !== undefined ? -1 : 1, before - item.duration_s);
  } else if (op.op === 'move-alone') layOver(track, item, Number(op.at_s));
  else {
    const others = track.items.filter((it) => it.id !== op.id && it.kind !== 'transition');
    if (op.op === 'move') others.splice(op.index, 0, item);
    else if (op.lift) others.splice(track.items.indexOf(item), 0, { ...item, kind: 'gap', wanted: '' });
    track.items = others;
  }
  return placed(copy);
}

/** A gap beside a trimmed clip (side -1 before it, 1 after) takes or gives `free` seconds. */
function makeRoom(track, item, side, free) {
  track.items = track.items.filter((it) => it.kind !== 'transition');
  const here = track.items.indexOf(item);
  const near = track.items[here + side];
  if (!near && side > 0) return;
  if (near?.kind === 'gap') near.duration_s = Math.max(0, near.duration_s + free);
  else if (free > 0) track.items.splice(side < 0 ? here : here + 1, 0, { ...item, id: `${item.id}-room`, kind: 'gap', wanted: '', duration_s: free });
}

/** An item at another time over what plays there, with a gap where it was. */
function layOver(track, item, at) {
  const end = at + item.duration_s;
  const rest = solid(track).map((it) => (it.id === item.id ? { ...it, id: `${it.id}-left`, kind: 'gap', wanted: '' } : it));
  const part = (it, from, to) => ({ ...it, id: from > it.start_s ? `${it.id}-rest` : it.id, in_s: it.in_s + (from - it.start_s) * (it.speed ?? 1),
    out_s: it.in_s + (to - it.start_s) * (it.speed ?? 1), start_s: from, duration_s: to - from });
  const ends = (it) => it.start_s + it.duration_s;
  const before = rest.filter((it) => it.start_s < at).map((it) => part(it, it.start_s, Math.min(ends(it), at)));
  const after = rest.filter((it) => ends(it) > end).map((it) => part(it, Math.max(it.start_s, end), ends(it)));
  const free = at - (before.length ? ends(before.at(-1)) : 0);
  if (free > 1e-9) before.push({ ...item, id: `${item.id}-room`, kind: 'gap', wanted: '', duration_s: free });
  track.items = [...before, item, ...after];
  while (track.items.at(-1).kind === 'gap' && !track.items.at(-1).wanted) track.items.pop();
}

/** Starts worked out again from the lengths. */
export function placed(timeline) {
  for (const track of timeline.tracks) {
    let at = 0;
    for (const item of track.items) {
      item.start_s = at;
      if (item.kind !== 'transition') at += item.duration_s;
    }
  }
  const ends = timeline.tracks.filter((t) => t.kind === 'video').map((t) =>
    t.items.reduce((sum, it) => sum + (it.kind === 'transition' ? 0 : it.duration_s), 0));
  timeline.duration_s = Math.max(0, ...ends);
  return timeline;
}

/** As many of `ids` as can be kept in their order with places that only grow: the others moved. */
function inOrder(ids, place) {
  const ends = []; // of the longest rows so far, by their length: { id, at, before }
  for (const id of ids) {
    const at = place(id);
    let length = ends.findIndex((end) => end.at >= at);
    if (length < 0) length = ends.length;
    ends[length] = { id, at, before: ends[length - 1] };
  }
  const kept = [];
  for (let end = ends.at(-1); end; end = end.before) kept.push(end.id);
  return kept;
}

/** What a proposal changes: per item id "added", "removed", "moved", "changed"; same ones stay out. */
export function difference(before, after) {
  const marks = new Map();
  const flat = (timeline) => new Map(timeline.tracks.flatMap((track) =>
    solid(track).map((item, place) => [item.id, { ...item, place, track: track.name }])));
  const was = flat(before);
  const is = flat(after);
  const still = new Set(after.tracks.flatMap((track) => inOrder(
    solid(track).map((item) => item.id).filter((id) => was.get(id)?.track === track.name), (id) => was.get(id).place)));
  for (const [id, item] of was) {
    const now = is.get(id);
    if (!now) marks.set(id, 'removed');
    else if (Math.abs(now.in_s - item.in_s) > 1e-6 || Math.abs(now.duration_s - item.duration_s) > 1e-6
      || now.kind !== item.kind || now.footage_id !== item.footage_id) marks.set(id, 'changed');
    else if (!still.has(id)) marks.set(id, 'moved');
  }
  for (const id of is.keys()) if (!was.has(id)) marks.set(id, 'added');
  return marks;
}

/** The film strip's tile that shows second `at` of a piece of footage. */
export function tileAt(tiles, at) {
  const n = Math.min(tiles.count - 1, Math.max(0, Math.floor(at / tiles.step_s)));
  return { column: n % tiles.columns, row: Math.floor(n / tiles.columns) };
}
