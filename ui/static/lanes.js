// The rows of the timeline: titles, V1 with film strips, the ghost of what the waiting proposal
// would make of it, the sound of V1, music. Drawn from the view; nothing is edited here.

import { state } from './bus.js';
import { h, icon, put, say, settle } from './dom.js';
import { point } from './clock.js';
import { difference, solid, tileAt, trackOf } from './layout.js';
import { fillHole } from './asides.js';
import { wear } from './face.js';
import { takesWindow } from './fills.js';
import { drawWaves } from './wave.js';

/** What drawing and hands share: scale, window, and the gesture under way. */
export const view = { pps: 0, scroller: null, gesture: null, left: 0, wide: 0, redraw() {} }; // pps: pixels per second; 0 until fitted

/** The window as it is now: read once, before anything is drawn, since reading has the page laid out. */
export function lookThrough() {
  view.left = view.scroller.scrollLeft;
  view.wide = view.scroller.clientWidth;
}

/** The edit as the waiting proposal would leave it, or null. */
export function ghost() {
  return state.compared?.timeline ?? state.plan?.shown?.after ?? null;
}

function visible(start, duration) {
  const left = start * view.pps - view.left;
  return left < view.wide + 300 && left + duration * view.pps > -300;
}

const kept = new Map(); // item id -> element, so that a redraw moves instead of makes
const sounds = new Map(); // the same of the sound
const standing = new Map(); // the same of the rows
let tall = 46; // of a film strip below the words of its clip
let full = 62; // and of one without
const SLIM_PX = 16; // a clip narrower than that has no words

/** All rows of the edit, with their heads, into `lanes` and `heads`. */
export function drawLanes(tl, lanes, heads) {
  const after = ghost();
  const marks = after ? difference(tl, after) : new Map();
  const fill = state.plan?.shown?.fill;
  if (fill) marks.set(fill.item_id, 'changed');
  const rows = [];
  tall = lanes.querySelector('.rc-v1 .rc-clip:not(.rc-slim) .rc-tiles')?.clientHeight || tall;
  full = lanes.querySelector('.rc-v1 .rc-slim .rc-tiles')?.clientHeight || full;
  if (tl.titles.length || after?.titles.length) rows.push(titlesRow(tl, after));
  const alone = after && !trackOf(tl, 'V1').items.length;
  rows.push(mainRow(tl, marks));
  if (after) rows.push(ghostRow(after, marks, alone));
  rows.push(soundRow(tl));
  for (const track of tl.tracks) if (track.kind === 'audio') rows.push(musicRow(track));
  const focused = document.activeElement?.closest?.('.rc-lane [data-id]')?.dataset.id;
  settle(lanes, rows.map((row) => row.lane));
  if (focused) lanes.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  const key = rows.map((row) => `${row.kind} ${row.name}`).join();
  if (heads.dataset.key === key) return;
  heads.dataset.key = key;
  heads.replaceChildren(h('div', { class: 'rc-corner' }), ...rows.map((row) =>
    h('div', { class: `rc-rowhead ${row.kind}` }, row.icon ? icon(row.icon) : null, row.name)));
}

/** A row that stays from one drawing to the next, with these in it. */
function row(name, props, parts) {
  if (!standing.has(name)) standing.set(name, h('div', props));
  settle(standing.get(name), parts);
  return standing.get(name);
}

function titlesRow(tl, after) {
  const lane = h('div', { class: 'rc-lane rc-titles' });
  const there = new Set(tl.titles.map((t) => t.id));
  const coming = (after?.titles ?? []).filter((t) => !there.has(t.id));
  for (const title of [...tl.titles, ...coming]) {
    lane.append(h('div', {
      class: `rc-titleclip ${coming.includes(title) ? 'rc-coming' : ''} ${state.selection === title.id ? 'rc-selected' : ''}`,
      dataset: { id: title.id }, tabindex: '0', title: title.text,
      style: { left: `${title.start_s * view.pps}px`, width: `${Math.max(8, (title.end_s - title.start_s) * view.pps - 1)}px` },
    }, title.text));
  }
  return { lane, kind: 'rc-titles', name: 'V2', icon: 'title' };
}

function mainRow(tl, marks) {
  const parts = [];
  const track = trackOf(tl, 'V1');
  const seen = new Set();
  for (const item of track.items) {
    if (item.kind === 'transition') { parts.push(transition(item)); continue; }
    seen.add(item.id);
    const drawn = view.gesture?.preview?.get(item.id) ?? item;
    if (!visible(drawn.start_s, drawn.duration_s)) continue;
    parts.push(item.kind === 'gap' ? gap(drawn, marks.get(item.id)) : clip(drawn, marks.get(item.id)));
  }
  for (const all of [kept, sounds]) for (const id of all.keys()) if (!seen.has(id)) all.delete(id);
  if (!track.items.length) {
    parts.push(h('div', { class: 'rc-empty' }, state.footage.length
      ? 'Drag a moment here, or ask the assistant for a cut.' : 'Import a folder of footage to begin.'));
  }
  const bare = ghost() && !track.items.length ? 'rc-bare' : ''; // the room is the proposed cut's
  const lane = row('V1', { dataset: { track: 'V1' } }, parts);
  put(lane, 'class', `rc-lane rc-v1 ${bare}`);
  return { lane, kind: `rc-v1 ${bare}`, name: 'V1', icon: 'film' };
}

function transition(item) {
  const from = (item.start_s - item.in_offset_s) * view.pps;
  return h('div', { class: 'rc-fade', title: 'Crossfade', dataset: { id: item.id },
    style: { left: `${from}px`, width: `${Math.max(4, (item.in_offset_s + item.out_offset_s) * view.pps)}px` } });
}

function box(element, item) {
  element.style.left = `${item.start_s * view.pps}px`;
  element.style.width = `${Math.max(3, item.duration_s * view.pps - 1)}px`;
}

/** What a clip is called: its footage's title, or the name of its file. */
function title(item) {
  return state.byId.get(item.footage_id)?.title || item.name || item.wanted;
}

function clip(item, mark) {
  const known = state.byId.get(item.footage_id);
  const slim = item.duration_s * view.pps < SLIM_PX;
  const key = `${title(item)}|${item.muted}|${item.generated}|${item.speed}|${slim}`;
  let element = kept.get(item.id);
  if (!element || element.dataset.key !== key) {
    element = h('div', { class: 'rc-clip', tabindex: '0', role: 'button', dataset: { id: item.id, key } }, slim ? null : words(item),
      h('div', { class: 'rc-tiles' }), slim ? null : ['in', 'out'].map((edge) => h('div', { class: `rc-edge rc-${edge}`, dataset: { edge } })));
    kept.set(item.id, element);
  }
  put(element, 'class', ['rc-clip', slim && 'rc-slim', state.selection === item.id && 'rc-selected', mark && `rc-will-${mark}`,
    item.generated && 'rc-generated', view.gesture?.id === item.id && `rc-${view.gesture.kind}`, known ? '' : 'rc-lost']
    .filter(Boolean).join(' '));
  if (!slim) say(element.querySelector('em'), `${item.duration_s.toFixed(1)}s`);
  put(element, 'aria-label', `${title(item)}, ${item.duration_s.toFixed(1)} seconds, at ${point(item.start_s)}`);
  put(element, 'title', [item.name, item.beat, ...item.reasons].filter(Boolean).join('\n'));
  box(element, item);
  const nudge = view.gesture?.kind === 'move' && view.gesture.id === item.id ? view.gesture.by : 0;
  element.style.transform = nudge ? `translateX(${nudge}px)` : '';
  element.style.willChange = nudge ? 'transform' : ''; // a layer of its own: the others are not painted anew
  drawTiles(element.querySelector('.rc-tiles'), item, known, slim ? full : tall);
  return element;
}

function words(item) {
  return h('div', { class: 'rc-clipname' }, h('span', {}, title(item)), h('em', {}),
    item.generated ? h('button', { type: 'button', class: 'rc-ai', title: `Generated. ${item.made_by}. Its takes…`, onclick: (event) => { event.stopPropagation(); takesWindow(item); } }, item.generated) : null,
    item.muted ? h('b', { title: 'Muted' }, 'muted') : null,
    item.speed !== 1 ? h('b', {}, `${item.speed}×`) : null);
}

/** The film strip of a clip: only the tiles in view, each from the sheet of its footage. */
function drawTiles(strip, item, known, high) {
  const tiles = known?.tiles;
  if (!tiles) { strip.replaceChildren(); return; }
  const scale = high / tiles.height_px;
  const wide = Math.max(8, tiles.width_px * scale);
  const long = Math.max(3, item.duration_s * view.pps - 1); // as the box is
  const left = item.start_s * view.pps;
  const from = Math.max(0, Math.floor((view.left - 300 - left) / wide));
  const to = Math.min(Math.ceil(long / wide), Math.ceil((view.left + view.wide + 300 - left) / wide));
  const rows = Math.ceil(tiles.count / tiles.columns);
  const key = [known.stamp, item.in_s.toFixed(3), view.pps.toFixed(3), from, to, high, long.toFixed(1)].join();
  if (strip.dataset.key === key) return;
  strip.dataset.key = key;
  wear(strip, known);
  const parts = [];
  for (let n = from; n < to; n += 1) {
    const tile = tileAt(tiles, item.in_s + ((n + 0.5) * wide / view.pps) * item.speed);
    parts.push(h('i', { style: {
      left: `${n * wide}px`, width: `${Math.min(wide + 0.5, long - n * wide)}px`,
      backgroundSize: `${tiles.columns * wide}px ${rows * high}px`,
      backgroundPosition: `${-tile.column * wide}px ${-tile.row * high}px`,
    } }));
  }
  strip.replaceChildren(...parts);
}

function gap(item, mark) {
  const element = h('div', {
    class: `rc-gap ${item.wanted ? 'rc-wanted' : ''} ${mark ? `rc-will-${mark}` : ''} ${state.selection === item.id ? 'rc-selected' : ''}`,
    tabindex: '0', role: 'button', dataset: { id: item.id },
    'aria-label': item.wanted ? `Hole: ${item.wanted}` : 'Gap', title: item.wanted || 'Gap',
  }, item.wanted ? h('span', {}, item.wanted) : null,
  h('button', { type: 'button', class: 'rc-fill', onclick: (event) => { event.stopPropagation(); fillHole(item); } }, 'Fill…'));
  box(element, item);
  return element;
}

/** How high a clip is in this window, also where none stands. */
function clipHigh() {
  const probe = h('div', { style: { height: 'var(--rc-clip)', position: 'absolute', visibility: 'hidden' } });
  view.scroller.append(probe);
  const high = probe.offsetHeight;
  probe.remove();
  return high;
}

/** The mark of what no camera and no microphone took, or null. */
function made(item) {
  return item.generated ? h('b', { class: 'rc-ghostmark', title: item.made_by ? `Generated. ${item.made_by}` : undefined }, item.generated) : null;
}

/** The cut as the step would leave it: with film strips where no cut stands yet. */
function ghostRow(after, marks, alone) {
  const lane = h('div', { class: `rc-lane rc-ghosts ${alone ? 'rc-tall' : ''}`, 'aria-label': 'After this step' });
  const high = alone ? clipHigh() - 18 : 0; // less the line of its name
  for (const item of solid(trackOf(after, 'V1'))) {
    const mark = marks.get(item.id);
    const strip = alone && item.kind === 'clip' ? h('div', { class: 'rc-tiles' }) : null;
    const element = h('div', { class: `rc-ghostclip ${mark ? `rc-is-${mark}` : ''} ${item.kind === 'gap' ? 'rc-wanted' : ''}`,
      title: `${mark ? `${mark}: ` : ''}${item.name || item.wanted || 'gap'}` },
    h('span', {}, made(item), title(item)), strip);
    box(element, item);
    if (strip && visible(item.start_s, item.duration_s)) drawTiles(strip, item, state.byId.get(item.footage_id), high);
    lane.append(element);
  }
  return { lane, kind: `rc-ghosts ${alone ? 'rc-tall' : ''}`, name: state.compared ? 'Other' : 'After' };
}

function soundRow(tl) {
  const items = solid(trackOf(tl, 'V1')).map((item) => view.gesture?.preview?.get(item.id) ?? item);
  return { lane: soundLane('V1', 'rc-lane rc-a1', items, soundOf), kind: 'rc-a1', name: 'A1', icon: 'sound' };
}

function musicRow(track) {
  const lane = soundLane(track.name, 'rc-lane rc-a1 rc-music', track.items, musicOf);
  return { lane, kind: 'rc-a1', name: track.name === 'A1' ? 'A2' : track.name, icon: 'note' };
}

/** A row of sound: a box for each clip in view, and their waves in one canvas above. */
function soundLane(name, kind, items, make) {
  const heard = items.filter((item) => item.kind === 'clip' && visible(item.start_s, item.duration_s));
  const key = `sound of ${name}`;
  const canvas = standing.get(key)?.lastChild ?? h('canvas', { class: 'rc-waves', 'aria-hidden': 'true' });
  drawWaves(canvas, heard.map((item) => [item, state.byId.get(item.footage_id)])
    .filter(([item, known]) => known?.has_sound && !item.muted), view);
  return row(key, { class: kind }, [...heard.map(make), canvas]);
}

function silent(item) {
  return item.muted || !state.byId.get(item.footage_id)?.has_sound ? 'rc-silent' : '';
}

function soundOf(item) {
  if (!sounds.has(item.id)) sounds.set(item.id, h('div', { dataset: { of: item.id } }));
  const element = sounds.get(item.id);
  put(element, 'class', `rc-sound ${silent(item)}`);
  box(element, item);
  return element;
}

function musicOf(item) {
  const element = h('div', { class: `rc-sound rc-named ${silent(item)} ${state.selection === item.id ? 'rc-selected' : ''}`,
    dataset: { id: item.id } }, h('span', {}, made(item), `${item.name}  ${item.gain_db.toFixed(0)} dB`));
  box(element, item);
  return element;
}
