// The edit, drawn and edited: toolbar, ruler, titles, V1 with film strips, its sound, A tracks,
// and the ghost of what the waiting proposal would make of it.

import { connect, edit, emit, part, read, set, state } from './bus.js';
import { button, dialog, h, icon, iconButton, menu, toast } from './dom.js';
import { length, minutes, point, snap, text, tickStep, timecode } from './clock.js';
import { cuts, difference, dropPlace, find, magnet, nearestCut, solid, tileAt, trackOf, trimmed } from './layout.js';
import { openTrim } from './trim.js';
import { wave } from './wave.js';

const mine = part();
const EDGE_PX = 7;
const MIN_PPS = 0.5;
const MAX_PPS = 400;
let root, scroller, inner, ruler, lanes, heads, head, caret, tools, clock, slider, chip;
let pps = 0; // pixels per second; 0 until the first edit is fitted
let fitted = true; // stays fitted until somebody zooms
let gesture = null;
let queued = false;

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  build();
  connect(gradio);
  mine.on('desk', redraw);
  mine.on('plan', redraw);
  mine.on('footage', redraw);
  mine.on('playhead', movePlayhead);
  mine.on('selection', () => { paintTools(); redraw(); });
  mine.on('playing', () => paintTools());
  mine.on('edit-insert', insertSource);
  mine.on('trim-here', trimHere);
  mine.on('command', command);
  mine.listen(window, 'resize', () => { if (fitted) fit(); redraw(); });
}

const frames = () => state.desk?.timeline.rate ?? 25;
const timeline = () => state.desk?.timeline;

// --- the frame around it

function build() {
  clock = h('span', { class: 'rc-clock' });
  chip = h('div', { class: 'rc-chip', 'aria-live': 'polite' });
  tools = {
    undo: iconButton('undo', 'Undo (Ctrl+Z)', () => command('undo')),
    redo: iconButton('redo', 'Redo (Shift+Ctrl+Z)', () => command('redo')),
    split: iconButton('split', 'Split at the playhead (S)', () => command('split')),
    trash: iconButton('trash', 'Delete (Del)', () => command('delete')),
    trim: iconButton('trim', 'Trim window (T)', () => command('trim')),
    fade: iconButton('fade', 'Crossfade to the next clip (X)', () => command('fade')),
    sound: iconButton('sound', 'Mute or unmute (M)', () => command('mute')),
    title: iconButton('title', 'Add a title at the playhead', addTitle),
    flag: iconButton('flag', 'Versions', (event) => versionsMenu(event.currentTarget)),
  };
  slider = h('input', { type: 'range', min: 0, max: 1000, class: 'rc-zoom', 'aria-label': 'Zoom',
    oninput: () => zoomTo(MIN_PPS * (MAX_PPS / MIN_PPS) ** (slider.value / 1000)) });
  const bar = h('div', { class: 'rc-toolbar', role: 'toolbar', 'aria-label': 'Timeline tools' },
    tools.undo, tools.redo, h('i'), tools.split, tools.trash, tools.trim, tools.fade, tools.sound, tools.title, h('i'),
    tools.flag, clock, chip, h('div', { class: 'rc-right' },
      iconButton('help', 'Keys (?)', () => emit('help')), iconButton('fit', 'Fit (F)', fit),
      iconButton('minus', 'Zoom out (-)', () => zoomTo(pps / 1.4)), slider,
      iconButton('plus', 'Zoom in (+)', () => zoomTo(pps * 1.4))));
  ruler = h('canvas', { class: 'rc-ruler', 'aria-hidden': 'true' });
  lanes = h('div', { class: 'rc-lanes' });
  head = h('div', { class: 'rc-head' }, h('b'));
  caret = h('div', { class: 'rc-caret', hidden: true });
  inner = h('div', { class: 'rc-inner' }, ruler, lanes, caret, head);
  scroller = h('div', { class: 'rc-scroller', tabindex: '0', role: 'group', 'aria-label': 'Timeline' }, inner);
  heads = h('div', { class: 'rc-heads' });
  root.append(bar, h('div', { class: 'rc-tracks' }, heads, scroller));
  scroller.addEventListener('scroll', redraw, { passive: true });
  scroller.addEventListener('wheel', onWheel, { passive: false });
  inner.addEventListener('pointerdown', onDown);
  inner.addEventListener('dblclick', onDouble);
  inner.addEventListener('dragover', onDragOver);
  inner.addEventListener('dragleave', () => { caret.hidden = true; });
  inner.addEventListener('drop', onDrop);
  new ResizeObserver(() => { if (fitted) fit(); redraw(); }).observe(scroller);
  paintTools();
}

function redraw() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => { queued = false; draw(); });
}

function fit() {
  const seconds = Math.max(timeline()?.duration_s ?? 0, ghost()?.duration_s ?? 0, 4);
  pps = Math.min(MAX_PPS, Math.max(MIN_PPS, (scroller.clientWidth - 40) / seconds));
  fitted = true;
  paintZoom();
  redraw();
}

function zoomTo(next, around = state.playhead) {
  const at = around * pps - scroller.scrollLeft;
  const inside = at >= 0 && at <= scroller.clientWidth ? at : scroller.clientWidth / 2;
  const pivot = inside === at ? around : (scroller.scrollLeft + inside) / pps;
  pps = Math.min(MAX_PPS, Math.max(MIN_PPS, next));
  fitted = false;
  paintZoom();
  draw();
  scroller.scrollLeft = pivot * pps - inside;
}

function paintZoom() {
  slider.value = String((1000 * Math.log(pps / MIN_PPS)) / Math.log(MAX_PPS / MIN_PPS));
}

function onWheel(event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoomTo(pps * 1.0025 ** -event.deltaY, timeAt(event));
}

function timeAt(event) {
  return Math.max(0, (event.clientX - inner.getBoundingClientRect().left) / pps);
}

// --- drawing

function ghost() {
  return state.plan?.shown?.after ?? null;
}

function draw() {
  const tl = timeline();
  if (!tl || !root.isConnected) return;
  if (!pps || fitted) {
    const seconds = Math.max(tl.duration_s, ghost()?.duration_s ?? 0, 4);
    pps = Math.min(MAX_PPS, Math.max(MIN_PPS, (scroller.clientWidth - 40) / seconds));
    paintZoom();
  }
  const wide = Math.max(scroller.clientWidth, Math.ceil(Math.max(tl.duration_s, ghost()?.duration_s ?? 0) * pps) + 200);
  inner.style.width = `${fitted ? scroller.clientWidth : wide}px`;
  drawRuler();
  drawLanes(tl);
  movePlayhead();
  paintTools();
}

function drawRuler() {
  const width = scroller.clientWidth;
  const ratio = devicePixelRatio || 1;
  ruler.width = width * ratio;
  ruler.height = 26 * ratio;
  ruler.style.width = `${width}px`;
  ruler.style.transform = `translateX(${scroller.scrollLeft}px)`;
  const pen = ruler.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '11px Inter, system-ui, sans-serif';
  const step = tickStep(pps);
  const minor = step / 5;
  for (let n = Math.floor(scroller.scrollLeft / pps / minor); n * minor * pps < scroller.scrollLeft + width; n += 1) {
    const x = n * minor * pps - scroller.scrollLeft;
    const major = n % 5 === 0;
    pen.fillStyle = major ? '#4a515e' : '#2b303a';
    pen.fillRect(Math.round(x), major ? 12 : 20, 1, major ? 14 : 6);
    if (major) {
      pen.fillStyle = '#9aa1ad';
      const seconds = n * minor;
      pen.fillText(step < 1 ? point(seconds) : minutes(seconds), x + 5, 16);
    }
  }
}

function visible(start, duration) {
  const left = start * pps - scroller.scrollLeft;
  return left < scroller.clientWidth + 300 && left + duration * pps > -300;
}

const kept = new Map(); // item id -> element, so that a redraw moves instead of makes

function drawLanes(tl) {
  const after = ghost();
  const marks = after ? difference(tl, after) : new Map();
  const rows = [];
  if (tl.titles.length || after?.titles.length) rows.push(titlesRow(tl, after));
  rows.push(mainRow(tl, marks));
  if (after) rows.push(ghostRow(after, marks));
  rows.push(soundRow(tl));
  for (const track of tl.tracks) if (track.kind === 'audio') rows.push(musicRow(track));
  lanes.replaceChildren(...rows.map((row) => row.lane));
  heads.replaceChildren(h('div', { class: 'rc-corner' }), ...rows.map((row) =>
    h('div', { class: `rc-rowhead ${row.kind}` }, row.icon ? icon(row.icon) : null, row.name)));
}

function titlesRow(tl, after) {
  const lane = h('div', { class: 'rc-lane rc-titles' });
  const there = new Set(tl.titles.map((t) => t.id));
  const coming = (after?.titles ?? []).filter((t) => !there.has(t.id));
  for (const title of [...tl.titles, ...coming]) {
    lane.append(h('div', {
      class: `rc-titleclip ${coming.includes(title) ? 'rc-coming' : ''} ${state.selection === title.id ? 'rc-selected' : ''}`,
      dataset: { id: title.id }, tabindex: '0', title: title.text,
      style: { left: `${title.start_s * pps}px`, width: `${Math.max(8, (title.end_s - title.start_s) * pps - 1)}px` },
    }, title.text));
  }
  return { lane, kind: 'rc-titles', name: 'V2', icon: 'title' };
}

function mainRow(tl, marks) {
  const lane = h('div', { class: 'rc-lane rc-v1', dataset: { track: 'V1' } });
  const track = trackOf(tl, 'V1');
  const seen = new Set();
  for (const item of track.items) {
    if (item.kind === 'transition') { lane.append(transition(item)); continue; }
    seen.add(item.id);
    const drawn = gesture?.preview?.get(item.id) ?? item;
    if (!visible(drawn.start_s, drawn.duration_s)) continue;
    lane.append(item.kind === 'gap' ? gap(drawn) : clip(drawn, marks.get(item.id)));
  }
  for (const id of kept.keys()) if (!seen.has(id)) kept.delete(id);
  if (!track.items.length) {
    lane.append(h('div', { class: 'rc-empty' }, state.footage.length
      ? 'Drag a moment here, or ask the assistant for a cut.' : 'Import a folder of footage to begin.'));
  }
  return { lane, kind: 'rc-v1', name: 'V1', icon: 'film' };
}

function transition(item) {
  const from = (item.start_s - item.in_offset_s) * pps;
  return h('div', { class: 'rc-fade', title: 'Crossfade', dataset: { id: item.id },
    style: { left: `${from}px`, width: `${Math.max(4, (item.in_offset_s + item.out_offset_s) * pps)}px` } });
}

function box(element, item) {
  element.style.left = `${item.start_s * pps}px`;
  element.style.width = `${Math.max(3, item.duration_s * pps - 1)}px`;
}

function clip(item, mark) {
  const known = state.byId.get(item.footage_id);
  const key = `${item.name}|${item.muted}|${item.generated}|${item.speed}`;
  let element = kept.get(item.id);
  if (!element || element.dataset.key !== key) {
    element = h('div', { class: 'rc-clip', tabindex: '0', role: 'button', dataset: { id: item.id, key } },
      h('div', { class: 'rc-clipname' }, h('span', {}, item.name), h('em', {}),
        item.generated ? h('b', { class: 'rc-ai', title: `Generated. ${item.made_by}` }, 'AI') : null,
        item.muted ? h('b', { title: 'Muted' }, 'muted') : null,
        item.speed !== 1 ? h('b', {}, `${item.speed}×`) : null),
      h('div', { class: 'rc-tiles' }), h('div', { class: 'rc-edge rc-in', dataset: { edge: 'in' } }),
      h('div', { class: 'rc-edge rc-out', dataset: { edge: 'out' } }));
    kept.set(item.id, element);
  }
  element.className = ['rc-clip', state.selection === item.id && 'rc-selected', mark && `rc-will-${mark}`,
    item.generated && 'rc-generated', gesture?.id === item.id && `rc-${gesture.kind}`, known ? '' : 'rc-lost']
    .filter(Boolean).join(' ');
  element.querySelector('em').textContent = `${item.duration_s.toFixed(1)}s`;
  element.setAttribute('aria-label', `${item.name}, ${item.duration_s.toFixed(1)} seconds, at ${point(item.start_s)}`);
  element.title = [item.beat, ...item.reasons].filter(Boolean).join('\n');
  box(element, item);
  const nudge = gesture?.kind === 'move' && gesture.id === item.id ? gesture.by : 0;
  element.style.transform = nudge ? `translateX(${nudge}px)` : '';
  drawTiles(element.querySelector('.rc-tiles'), item, known);
  return element;
}

/** The film strip of a clip: only the tiles in view, each from the sheet of its footage. */
function drawTiles(strip, item, known) {
  const tiles = known?.tiles;
  if (!tiles) { strip.replaceChildren(); return; }
  const tall = strip.clientHeight || 46;
  const scale = tall / tiles.height_px;
  const wide = Math.max(8, tiles.width_px * scale);
  const left = item.start_s * pps;
  const from = Math.max(0, Math.floor((scroller.scrollLeft - 300 - left) / wide));
  const to = Math.min(Math.ceil((item.duration_s * pps) / wide), Math.ceil((scroller.scrollLeft + scroller.clientWidth + 300 - left) / wide));
  const rows = Math.ceil(tiles.count / tiles.columns);
  const key = [known.stamp, item.in_s.toFixed(3), pps.toFixed(3), from, to, tall].join();
  if (strip.dataset.key === key) return;
  strip.dataset.key = key;
  const parts = [];
  for (let n = from; n < to; n += 1) {
    const tile = tileAt(tiles, item.in_s + ((n + 0.5) * wide / pps) * item.speed);
    parts.push(h('i', { style: {
      left: `${n * wide}px`, width: `${wide + 0.5}px`, backgroundImage: `url("strip/${known.id}?v=${known.stamp}")`,
      backgroundSize: `${tiles.columns * wide}px ${rows * tall}px`,
      backgroundPosition: `${-tile.column * wide}px ${-tile.row * tall}px`,
    } }));
  }
  strip.replaceChildren(...parts);
}

function gap(item) {
  const element = h('div', {
    class: `rc-gap ${item.wanted ? 'rc-wanted' : ''} ${state.selection === item.id ? 'rc-selected' : ''}`,
    tabindex: '0', role: 'button', dataset: { id: item.id },
    'aria-label': item.wanted ? `Hole: ${item.wanted}` : 'Gap', title: item.wanted || 'Gap',
  }, item.wanted ? h('span', {}, item.wanted) : null,
  h('button', { type: 'button', class: 'rc-fill', onclick: (event) => { event.stopPropagation(); fillHole(item); } }, 'Fill…'));
  box(element, item);
  return element;
}

function ghostRow(after, marks) {
  const lane = h('div', { class: 'rc-lane rc-ghosts', 'aria-label': 'After this step' });
  for (const item of solid(trackOf(after, 'V1'))) {
    const mark = marks.get(item.id);
    lane.append(h('div', { class: `rc-ghostclip ${mark ? `rc-is-${mark}` : ''} ${item.kind === 'gap' ? 'rc-wanted' : ''}`,
      title: `${mark ? `${mark}: ` : ''}${item.name || item.wanted || 'gap'}`,
      style: { left: `${item.start_s * pps}px`, width: `${Math.max(2, item.duration_s * pps - 1)}px` } },
    item.name || item.wanted));
  }
  return { lane, kind: 'rc-ghosts', name: 'After' };
}

function soundRow(tl) {
  const lane = h('div', { class: 'rc-lane rc-a1' });
  for (const item of solid(trackOf(tl, 'V1'))) {
    const drawn = gesture?.preview?.get(item.id) ?? item;
    if (item.kind !== 'clip' || !visible(drawn.start_s, drawn.duration_s)) continue;
    lane.append(soundClip(drawn));
  }
  return { lane, kind: 'rc-a1', name: 'A1', icon: 'sound' };
}

function musicRow(track) {
  const lane = h('div', { class: 'rc-lane rc-a1 rc-music' });
  for (const item of track.items) {
    if (item.kind === 'clip' && visible(item.start_s, item.duration_s)) lane.append(soundClip(item, true));
  }
  return { lane, kind: 'rc-a1', name: track.name === 'A1' ? 'A2' : track.name, icon: 'note' };
}

function soundClip(item, named = false) {
  const known = state.byId.get(item.footage_id);
  const element = h('div', {
    class: `rc-sound ${item.muted || !known?.has_sound ? 'rc-silent' : ''} ${named ? 'rc-named' : ''} ${named && state.selection === item.id ? 'rc-selected' : ''}`,
    dataset: named ? { id: item.id } : { of: item.id },
  }, named ? h('span', {}, `${item.name}  ${item.gain_db.toFixed(0)} dB`) : null);
  box(element, item);
  if (known?.has_sound && !item.muted) element.append(wave(item, known, pps, scroller, redraw));
  return element;
}

function movePlayhead() {
  if (!head || !pps) return;
  const x = state.playhead * pps;
  head.style.transform = `translateX(${x}px)`;
  clock.replaceChildren(h('b', {}, timecode(state.playhead, frames())), ` / ${timecode(timeline()?.duration_s ?? 0, frames())}`);
  const seen = x - scroller.scrollLeft;
  if (seen > scroller.clientWidth - 20 && !gesture && !fitted) scroller.scrollLeft = x - 80;
}

function paintTools() {
  const chosen = selected();
  const isClip = chosen?.item.kind === 'clip';
  tools.undo.disabled = !state.desk?.can_undo;
  tools.undo.title = state.desk?.can_undo ? `Undo: ${state.desk.label} (Ctrl+Z)` : 'Nothing to undo';
  tools.redo.disabled = !state.desk?.can_redo;
  tools.redo.title = state.desk?.can_redo ? `Redo: ${state.desk.redo_label} (Shift+Ctrl+Z)` : 'Nothing to redo';
  tools.trash.disabled = !chosen && !timeline()?.titles.some((t) => t.id === state.selection);
  tools.trim.disabled = tools.fade.disabled = tools.sound.disabled = !isClip;
  tools.split.disabled = !timeline()?.duration_s;
  chip.textContent = isClip
    ? `${point(chosen.item.in_s)}–${point(chosen.item.out_s)} of ${length(chosen.item.available_out_s)}` : '';
}

function selected() {
  return state.selection && timeline() ? find(timeline(), state.selection) : null;
}

// --- hands

function onDown(event) {
  if (event.button !== 0 || event.target.closest('button')) return;
  const holder = event.target.closest('[data-id]');
  if (!holder) { set('selection', null); scrub(event); return; }
  set('selection', holder.dataset.id);
  holder.focus({ preventScroll: true });
  const place = find(timeline(), holder.dataset.id);
  if (!place || place.item.kind === 'transition') return;
  const edge = edgeAt(event, holder, place.item);
  if (edge) trimGesture(event, place, edge);
  else moveGesture(event, place);
}

function edgeAt(event, holder, item) {
  if (item.kind !== 'clip') return null;
  if (event.target.dataset.edge) return event.target.dataset.edge;
  const bounds = holder.getBoundingClientRect();
  if (bounds.width < 3 * EDGE_PX) return null;
  if (event.clientX - bounds.left < EDGE_PX) return 'in';
  return bounds.right - event.clientX < EDGE_PX ? 'out' : null;
}

/** Follow the pointer until it is let go; Escape gives up. */
function follow(event, { move, end }) {
  const onMove = (e) => { if (e.pointerId === event.pointerId) move(e); };
  const stop = (e, ok) => {
    window.removeEventListener('pointermove', onMove);
    window.removeEventListener('pointerup', onUp);
    window.removeEventListener('pointercancel', onCancel);
    window.removeEventListener('keydown', onKey, true);
    end(e, ok);
  };
  const onUp = (e) => stop(e, true);
  const onCancel = (e) => stop(e, false);
  const onKey = (e) => { if (e.key === 'Escape') { e.stopPropagation(); stop(e, false); } };
  window.addEventListener('pointermove', onMove);
  window.addEventListener('pointerup', onUp);
  window.addEventListener('pointercancel', onCancel);
  window.addEventListener('keydown', onKey, true);
}

function scrub(event) {
  const go = (e) => emit('seek', Math.min(timeAt(e), timeline()?.duration_s ?? 0));
  go(event);
  follow(event, { move: go, end: () => {} });
}

function moveGesture(event, place) {
  const { item, track } = place;
  const from = event.clientX;
  const scrolled = scroller.scrollLeft;
  let target = null;
  follow(event, {
    move: (e) => {
      const by = e.clientX - from + scroller.scrollLeft - scrolled;
      if (!gesture && Math.abs(by) < 5) return;
      gesture = { kind: 'move', id: item.id, by };
      target = dropPlace(track, item.id, item.start_s + item.duration_s / 2 + by / pps);
      const others = solid(track).filter((it) => it.id !== item.id);
      const before = others.slice(0, target.index).reduce((sum, it) => sum + it.duration_s, 0);
      const place = solid(track).findIndex((it) => it.id === item.id);
      caret.hidden = false;
      caret.style.transform = `translateX(${(before + (target.index > place ? item.duration_s : 0)) * pps}px)`;
      redraw();
    },
    end: (e, ok) => {
      caret.hidden = true;
      const moved = gesture;
      gesture = null;
      const here = solid(track).findIndex((it) => it.id === item.id);
      if (ok && moved && target && target.index !== here) edit({ op: 'move', id: item.id, index: target.index });
      else if (ok && !moved) emit('seek', Math.min(timeAt(e), item.start_s + item.duration_s - 0.5 / frames()));
      redraw();
    },
  });
}

function trimGesture(event, place, edge) {
  const { item, track } = place;
  const from = event.clientX;
  const still = edge === 'in' ? item.start_s : item.start_s + item.duration_s;
  let result = null;
  follow(event, {
    move: (e) => {
      const wish = still + (e.clientX - from) / pps;
      const points = [state.playhead, ...cuts(timeline()).filter((c) => Math.abs(c - still) > 1e-6)];
      const at = e.altKey ? wish : magnet(wish, points, 6 / pps);
      result = trimmed(item, edge, at - still, frames());
      gesture = { kind: 'trimming', id: item.id, preview: rippled(track, item, result) };
      chip.textContent = `${point(result.in_s)}–${point(result.out_s)}  ${result.duration_s.toFixed(2)} s`;
      emit('peek', { footage_id: item.footage_id, at_s: edge === 'in' ? result.in_s : Math.max(result.in_s, result.out_s - 1 / frames()) });
      redraw();
    },
    end: (e, ok) => {
      gesture = null;
      const point_ = edge === 'in' ? 'in_s' : 'out_s';
      if (ok && result && Math.abs(result[point_] - item[point_]) > 1e-6) {
        edit({ op: 'trim', id: item.id, [point_]: text(result[point_]) });
      }
      emit('peek', null);
      redraw();
    },
  });
}

function rippled(track, item, result) {
  const by = result.duration_s - item.duration_s;
  const shown = new Map([[item.id, { ...item, ...result }]]);
  for (const other of solid(track)) {
    if (other.start_s > item.start_s) shown.set(other.id, { ...other, start_s: other.start_s + by });
  }
  return shown;
}

function onDouble(event) {
  const holder = event.target.closest('[data-id]');
  const place = holder && find(timeline(), holder.dataset.id);
  if (place?.item.kind === 'clip') trimWindow(place.item);
}

function trimWindow(item) {
  openTrim(item.footage_id, { in_s: item.in_s, out_s: item.out_s, from_s: item.available_in_s, to_s: item.available_out_s,
    action: 'Apply trim', rate: frames() }, (span) => edit({ op: 'trim', id: item.id, in_s: text(span.in_s), out_s: text(span.out_s) }));
}

// --- drops from the gallery

function onDragOver(event) {
  if (!event.dataTransfer.types.includes('application/x-roughcut')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  caret.hidden = false;
  caret.style.transform = `translateX(${nearestCut(timeline(), timeAt(event)) * pps}px)`;
}

function onDrop(event) {
  const carried = event.dataTransfer.getData('application/x-roughcut');
  caret.hidden = true;
  if (!carried) return;
  event.preventDefault();
  const { footage_id: id, in_s: start, out_s: end } = JSON.parse(carried);
  edit({ op: 'insert', footage_id: id, in_s: text(start), out_s: text(end), at_s: text(nearestCut(timeline(), timeAt(event))) });
}

function insertSource(span) {
  edit({ op: 'insert', footage_id: span.footage_id, in_s: text(span.in_s), out_s: text(span.out_s) });
  toast('Added at the end of the timeline.');
}

// --- commands, from buttons and keys

function command(name) {
  const chosen = selected();
  if (name === 'undo' || name === 'redo') { if (state.desk?.[`can_${name}`]) edit({ op: name }); return; }
  if (name === 'split') { edit({ op: 'split', at_s: text(state.playhead) }); return; }
  if (name === 'fit') { fit(); return; }
  if (name === 'zoom-in' || name === 'zoom-out') { zoomTo(pps * (name === 'zoom-in' ? 1.4 : 1 / 1.4)); return; }
  if (name === 'delete' || name === 'lift') { remove(chosen, name === 'lift'); return; }
  if (chosen?.item.kind !== 'clip') return;
  const { item, track } = chosen;
  if (name === 'trim') trimWindow(item);
  else if (name === 'fade') edit({ op: 'crossfade', id: item.id, fade_s: '0.5' });
  else if (name === 'mute') edit({ op: 'sound', id: item.id, gain_db: item.gain_db, muted: !item.muted });
  else if (name === 'earlier' || name === 'later') {
    const here = solid(track).findIndex((it) => it.id === item.id);
    const index = here + (name === 'later' ? 1 : -1);
    if (index >= 0 && index < solid(track).length) edit({ op: 'move', id: item.id, index });
  }
}

function remove(chosen, lift) {
  if (chosen) {
    const items = solid(chosen.track);
    const here = items.findIndex((it) => it.id === chosen.item.id);
    edit({ op: 'delete', id: chosen.item.id, lift });
    set('selection', items[here + 1]?.id ?? items[here - 1]?.id ?? null);
  } else if (timeline()?.titles.some((t) => t.id === state.selection)) {
    edit({ op: 'untitle', id: state.selection });
    set('selection', null);
  }
}

/** I and O on the edit: the selected clip's in or out point comes to the playhead. */
function trimHere(edge) {
  const chosen = selected();
  if (chosen?.item.kind !== 'clip') { toast('Select a clip, then I and O trim it to the playhead.'); return; }
  const { item } = chosen;
  const at = item.in_s + (snap(state.playhead, frames()) - item.start_s) * item.speed;
  if (at <= item.in_s || at >= item.out_s) { toast('The playhead is outside the selected clip.'); return; }
  edit({ op: 'trim', id: item.id, [edge === 'in' ? 'in_s' : 'out_s']: text(at) });
  if (edge === 'in') emit('seek', item.start_s);
}

function addTitle() {
  const words = h('input', { type: 'text', maxlength: 200, 'aria-label': 'Title text', placeholder: 'Words' });
  const style = h('select', { 'aria-label': 'Style' }, ['title', 'lower-third', 'subtitle'].map((s) => h('option', { value: s }, s)));
  const seconds = h('input', { type: 'number', min: 0.5, max: 60, step: 0.5, value: 3, 'aria-label': 'Seconds' });
  const form = h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (words.value.trim()) {
      edit({ op: 'title', text: words.value.trim(), style: style.value, at_s: text(state.playhead), length_s: text(Number(seconds.value) || 3) });
    }
    open.close();
  } }, words, h('label', {}, 'Style ', style), h('label', {}, 'Seconds ', seconds),
  h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Add title')));
  const open = dialog(`Title at ${point(state.playhead)}`, form);
  words.focus();
}

function versionsMenu(anchor) {
  const kept = state.desk?.versions ?? [];
  menu(anchor, [
    ['Keep this version…', keepVersion], kept.length ? null : undefined,
    ...kept.map((v) => [`Go to “${v.name}”`, () => edit({ op: 'restore', edit_id: v.edit_id }), v.edit_id === state.desk.edit_id ? 'here' : '']),
  ].filter((entry) => entry !== undefined));
}

function keepVersion() {
  const name = h('input', { type: 'text', maxlength: 60, 'aria-label': 'Name', placeholder: 'Name of this version' });
  const open = dialog('Keep this version', h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (name.value.trim()) edit({ op: 'keep', name: name.value.trim() });
    open.close();
  } }, name, h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Keep'))));
  name.focus();
}

/** Four choices for a hole, from the footage, nearest first. */
async function fillHole(item) {
  const list = h('div', { class: 'rc-choices' }, 'Looking…');
  const open = dialog(item.wanted ? `Fill “${item.wanted}”` : 'Fill the gap', h('div', {}, list,
    h('footer', {}, item.wanted ? button('Ask the assistant to make it', () => {
      open.close();
      emit('ask', `fill the hole "${item.wanted}"`);
    }) : null)));
  try {
    const q = encodeURIComponent(item.wanted || 'anything');
    const found = await read(`view/search?q=${q}&limit=8&seconds=${item.duration_s}`);
    const hits = found.hits.filter((hit) => state.byId.get(hit.footage_id)?.has_picture).slice(0, 4);
    list.replaceChildren(...hits.map((hit) => h('button', { type: 'button', class: 'rc-choice', onclick: () => {
      open.close();
      edit({ op: 'fill', id: item.id, footage_id: hit.footage_id, in_s: text(hit.in_s) });
    } }, h('img', { src: `still/${hit.footage_id}?t=${Math.round(hit.in_s * 1000)}&h=180`, alt: '' }),
    h('b', {}, hit.title), h('small', {}, `${point(hit.in_s)} · ${hit.why[0]?.quote ?? ''}`))));
    if (!hits.length) list.textContent = 'No footage is long enough and near enough.';
  } catch (error) {
    list.textContent = error.message;
  }
}
