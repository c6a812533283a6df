// The edit under the hands: toolbar, ruler, playhead, drag, trim, drops, commands. Rows: lanes.js.

import { connect, edit, emit, part, set, state } from './bus.js';
import { habit } from './habits.js';
import { h, icon, iconButton, say, toast } from './dom.js';
import { addTitle, versionsMenu } from './asides.js';
import { coverageMap } from './coverage.js';
import { addNote, drawMarkers } from './markers.js';
import { length, minutes, point, snap, text, tickStep, timecode } from './clock.js';
import { drawLanes, ghost, lookThrough, view } from './lanes.js';
import { cuts, dropPlace, find, magnet, nearestCut, solid, trimmed } from './layout.js';
import { openTrim } from './trim.js';

const mine = part();
const EDGE_PX = 7;
const MIN_PPS = 0.5;
const MAX_PPS = 400;
let root, inner, ruler, flags, lanes, heads, head, caret, tools, clock, slider, chip;
let fitted = true; // stays fitted until somebody zooms
let queued = false;
let ruled = ''; // what the ruler shows

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  view.redraw = redraw;
  build();
  connect(gradio);
  mine.on('desk', redraw);
  mine.on('plan', redraw);
  mine.on('compared', redraw);
  mine.on('footage', redraw);
  mine.on('playhead', movePlayhead);
  mine.on('selection', () => { paintTools(); redraw(); });
  mine.on('playing', () => paintTools());
  mine.on('edit-insert', insertSource);
  mine.on('trim-here', trimHere);
  mine.on('look', () => { ruled = ''; redraw(); });
  mine.on('command', command);
  mine.on('coverageOpen', (open) => tools.map.setAttribute('aria-expanded', String(open)));
  coverageMap(mine);
  mine.listen(window, 'resize', () => { if (fitted) fit(); redraw(); });
}

const frames = () => state.desk?.timeline.rate ?? 25;
const timeline = () => state.desk?.timeline;

// --- the frame around it

function build() {
  clock = h('span', { class: 'rc-clock' }, h('b'), h('span'));
  chip = h('div', { class: 'rc-chip', 'aria-live': 'polite' });
  tools = {
    undo: iconButton('undo', 'Undo (Ctrl+Z)', () => command('undo')),
    redo: iconButton('redo', 'Redo (Shift+Ctrl+Z)', () => command('redo')),
    split: iconButton('split', 'Split at the playhead (S)', () => command('split')),
    trash: iconButton('trash', 'Delete (Del)', () => command('delete')),
    trim: iconButton('trim', 'Trim window (T)', () => command('trim')),
    fade: iconButton('fade', 'Crossfade to the next clip (X)', () => command('fade')),
    sound: iconButton('sound', 'Mute or unmute (M)', () => command('mute')),
    why: iconButton('question', 'Why is this clip here? (W)', () => command('why')),
    title: iconButton('title', 'Add a title at the playhead', addTitle),
    note: iconButton('pin', 'Add a note at the playhead (N)', addNote),
    map: h('button', { type: 'button', class: 'rc-ghost rc-worded', title: 'Coverage map (B)', 'aria-expanded': 'false', onclick: () => emit('coverage') }, icon('grid'), 'Coverage'),
    snap: habit('snap', 'magnet', 'Snapping (G)'),
    ripple: habit('ripple', 'ripple', 'Ripple: what is later moves along (R)'),
    flag: iconButton('flag', 'Versions', (event) => versionsMenu(event.currentTarget)),
  };
  slider = h('input', { type: 'range', min: 0, max: 1000, class: 'rc-zoom', 'aria-label': 'Zoom',
    oninput: () => zoomTo(MIN_PPS * (MAX_PPS / MIN_PPS) ** (slider.value / 1000)) });
  const bar = h('div', { class: 'rc-toolbar', role: 'toolbar', 'aria-label': 'Timeline tools' },
    tools.undo, tools.redo, h('i'), tools.split, tools.trash, tools.trim, tools.fade, tools.sound, tools.why, tools.title, h('i'), tools.snap.button, tools.ripple.button, h('i'),
    tools.note, tools.flag, tools.map, clock, chip, h('div', { class: 'rc-right' },
      iconButton('help', 'Keys (?)', () => emit('help')), iconButton('fit', 'Fit (F)', fit),
      iconButton('minus', 'Zoom out (-)', () => zoomTo(view.pps / 1.4)), slider,
      iconButton('plus', 'Zoom in (+)', () => zoomTo(view.pps * 1.4))));
  ruler = h('canvas', { class: 'rc-ruler', 'aria-hidden': 'true' });
  lanes = h('div', { class: 'rc-lanes' });
  head = h('div', { class: 'rc-head', style: { willChange: 'transform' } }, h('b'));
  caret = h('div', { class: 'rc-caret', hidden: true, style: { willChange: 'transform' } });
  flags = h('div', { class: 'rc-flags', role: 'group', 'aria-label': 'Markers' });
  inner = h('div', { class: 'rc-inner' }, ruler, flags, lanes, caret, head);
  view.scroller = h('div', { class: 'rc-scroller', tabindex: '0', role: 'group', 'aria-label': 'Timeline' }, inner);
  heads = h('div', { class: 'rc-heads' });
  root.append(bar, h('div', { class: 'rc-tracks' }, heads, view.scroller));
  view.scroller.addEventListener('scroll', redraw, { passive: true });
  view.scroller.addEventListener('wheel', onWheel, { passive: false });
  inner.addEventListener('pointerdown', onDown);
  inner.addEventListener('dblclick', onDouble);
  inner.addEventListener('dragover', onDragOver);
  inner.addEventListener('dragleave', () => { caret.hidden = true; });
  inner.addEventListener('drop', onDrop);
  new ResizeObserver(() => { if (fitted) fit(); redraw(); }).observe(view.scroller);
  paintTools();
}

function redraw() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => { queued = false; draw(); });
}

function fit() {
  const seconds = Math.max(timeline()?.duration_s ?? 0, ghost()?.duration_s ?? 0, 4);
  view.pps = Math.min(MAX_PPS, Math.max(MIN_PPS, (view.scroller.clientWidth - 40) / seconds));
  fitted = true;
  view.scroller.scrollLeft = 0; // what stands at a place while it scrolls would hold it there
  paintZoom();
  redraw();
}

function zoomTo(next, around = state.playhead) {
  const at = around * view.pps - view.scroller.scrollLeft;
  const inside = at >= 0 && at <= view.scroller.clientWidth ? at : view.scroller.clientWidth / 2;
  const pivot = inside === at ? around : (view.scroller.scrollLeft + inside) / view.pps;
  view.pps = Math.min(MAX_PPS, Math.max(MIN_PPS, next));
  fitted = false;
  paintZoom();
  draw();
  view.scroller.scrollLeft = pivot * view.pps - inside;
}

function paintZoom() {
  slider.value = String((1000 * Math.log(view.pps / MIN_PPS)) / Math.log(MAX_PPS / MIN_PPS));
}

function onWheel(event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoomTo(view.pps * 1.0025 ** -event.deltaY, timeAt(event));
}

function timeAt(event) {
  return Math.max(0, (event.clientX - inner.getBoundingClientRect().left) / view.pps);
}

// --- drawing

function draw() {
  const tl = timeline();
  if (!tl || !root.isConnected) return;
  lookThrough();
  if (!view.pps || fitted) {
    const seconds = Math.max(tl.duration_s, ghost()?.duration_s ?? 0, 4);
    view.pps = Math.min(MAX_PPS, Math.max(MIN_PPS, (view.wide - 40) / seconds));
    paintZoom();
  }
  const wide = Math.max(view.wide, Math.ceil(Math.max(tl.duration_s, ghost()?.duration_s ?? 0) * view.pps) + 200);
  inner.style.width = `${fitted ? view.wide : wide}px`;
  drawRuler();
  drawLanes(tl, lanes, heads);
  drawMarkers(flags, tl, view);
  movePlayhead();
  paintTools();
}

function drawRuler() {
  const { wide: width, left } = view;
  const ratio = devicePixelRatio || 1;
  const key = [width, left, view.pps, ratio, document.fonts.status].join();
  if (ruled === key) return;
  ruled = key;
  ruler.width = width * ratio;
  ruler.height = 26 * ratio;
  ruler.style.width = `${width}px`;
  ruler.style.transform = `translateX(${left}px)`;
  const pen = ruler.getContext('2d');
  pen.scale(ratio, ratio);
  pen.font = '11px Inter, system-ui, sans-serif';
  const step = tickStep(view.pps);
  const ink = getComputedStyle(ruler);
  const [tick, low, words] = ['--rc-tick', '--rc-tick-low', '--rc-dim'].map((name) => ink.getPropertyValue(name));
  const minor = step / 5;
  for (let n = Math.floor(left / view.pps / minor); n * minor * view.pps < left + width; n += 1) {
    const x = n * minor * view.pps - left;
    const major = n % 5 === 0;
    pen.fillStyle = major ? tick : low;
    pen.fillRect(Math.round(x), major ? 12 : 20, 1, major ? 14 : 6);
    if (major) {
      pen.fillStyle = words;
      const seconds = n * minor;
      pen.fillText(step < 1 ? point(seconds) : minutes(seconds), x + 5, 16);
    }
  }
}

function movePlayhead() {
  if (!head || !view.pps) return;
  const x = state.playhead * view.pps;
  head.style.transform = `translateX(${x}px)`;
  say(clock.firstChild, timecode(state.playhead, frames()));
  say(clock.lastChild, ` / ${timecode(timeline()?.duration_s ?? 0, frames())}`);
  const seen = x - view.left;
  if (seen > view.wide - 20 && !view.gesture && !fitted) view.scroller.scrollLeft = x - 80;
}

function paintTools() {
  const chosen = selected();
  const isClip = chosen?.item.kind === 'clip';
  tools.undo.disabled = !state.desk?.can_undo;
  tools.undo.title = state.desk?.can_undo ? `Undo: ${state.desk.label} (Ctrl+Z)` : 'Nothing to undo';
  tools.redo.disabled = !state.desk?.can_redo;
  tools.redo.title = state.desk?.can_redo ? `Redo: ${state.desk.redo_label} (Shift+Ctrl+Z)` : 'Nothing to redo';
  tools.trash.disabled = !chosen && !timeline()?.titles.some((t) => t.id === state.selection);
  for (const name of ['trim', 'fade', 'sound']) tools[name].disabled = !isClip;
  tools.why.disabled = !isClip || chosen.track.name !== 'V1';
  tools.split.disabled = !timeline()?.duration_s;
  say(chip, isClip
    ? `${point(chosen.item.in_s)}–${point(chosen.item.out_s)} of ${length(chosen.item.available_out_s)}` : '');
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
  const scrolled = view.scroller.scrollLeft;
  let target = null; // among the others, with ripple
  let to = null; // in seconds, without
  follow(event, {
    move: (e) => {
      const by = e.clientX - from + view.scroller.scrollLeft - scrolled;
      if (!view.gesture && Math.abs(by) < 5) return;
      view.gesture = { kind: 'move', id: item.id, by };
      if (item.kind === 'clip' && !tools.ripple.on()) { to = timeFor(item, item.start_s + by / view.pps, e); showCaret(to); redraw(); return; }
      target = dropPlace(track, item.id, item.start_s + item.duration_s / 2 + by / view.pps);
      const others = solid(track).filter((it) => it.id !== item.id);
      const before = others.slice(0, target.index).reduce((sum, it) => sum + it.duration_s, 0);
      const place = solid(track).findIndex((it) => it.id === item.id);
      showCaret(before + (target.index > place ? item.duration_s : 0));
      redraw();
    },
    end: (e, ok) => {
      caret.hidden = true;
      const moved = view.gesture;
      view.gesture = null;
      const here = solid(track).findIndex((it) => it.id === item.id);
      if (ok && moved && to !== null && Math.abs(to - item.start_s) > 0.5 / frames()) edit({ op: 'move-alone', id: item.id, at_s: text(to) });
      else if (ok && moved && target && target.index !== here) edit({ op: 'move', id: item.id, index: target.index });
      else if (ok && !moved) emit('seek', Math.min(timeAt(e), item.start_s + item.duration_s - 0.5 / frames()));
      redraw();
    },
  });
}

function showCaret(at) {
  caret.hidden = false;
  caret.style.transform = `translateX(${at * view.pps}px)`;
}

/** Where a clip that is moved alone begins: either of its edges is drawn to cuts and playhead. */
function timeFor(item, wish, event) {
  const points = [state.playhead, ...cuts(timeline()).filter((cut) => Math.abs(cut - item.start_s) > 1e-6 && Math.abs(cut - item.start_s - item.duration_s) > 1e-6)];
  const free = Math.max(0, wish);
  if (tools.snap.on() === event.altKey) return snap(free, frames());
  const reach = 6 / view.pps;
  const begin = magnet(free, points, reach);
  const last = free + item.duration_s;
  const drawn = magnet(last, points, reach);
  const end = drawn === last ? free : drawn - item.duration_s;
  const nearer = begin !== free && (Math.abs(begin - free) <= Math.abs(end - free) || end === free) ? begin : end;
  return snap(Math.max(0, nearer), frames());
}

function trimGesture(event, place, edge) {
  const { item, track } = place;
  const from = event.clientX;
  const still = edge === 'in' ? item.start_s : item.start_s + item.duration_s;
  let result = null;
  follow(event, {
    move: (e) => {
      const wish = still + (e.clientX - from) / view.pps;
      const points = [state.playhead, ...cuts(timeline()).filter((c) => Math.abs(c - still) > 1e-6)];
      const at = tools.snap.on() === e.altKey ? wish : magnet(wish, points, 6 / view.pps);
      result = trimmed(item, edge, at - still, frames());
      view.gesture = { kind: 'trimming', id: item.id, preview: tools.ripple.on() ? rippled(track, item, result) : alone(item, edge, result) };
      chip.textContent = `${point(result.in_s)}–${point(result.out_s)}  ${result.duration_s.toFixed(2)} s`;
      emit('peek', { footage_id: item.footage_id, at_s: edge === 'in' ? result.in_s : Math.max(result.in_s, result.out_s - 1 / frames()) });
      redraw();
    },
    end: (e, ok) => {
      view.gesture = null;
      const point_ = edge === 'in' ? 'in_s' : 'out_s';
      if (ok && result && Math.abs(result[point_] - item[point_]) > 1e-6) {
        edit({ op: 'trim', id: item.id, [point_]: text(result[point_]), ripple: tools.ripple.on() });
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

/** Nothing else moves: a clip that is trimmed at its beginning starts later. */
function alone(item, edge, result) {
  const by = edge === 'in' ? item.duration_s - result.duration_s : 0;
  return new Map([[item.id, { ...item, ...result, start_s: item.start_s + by }]]);
}

function onDouble(event) {
  // the first click selects and draws anew: what was double-clicked may be another element by now
  const under = document.elementFromPoint(event.clientX, event.clientY) ?? event.target;
  const holder = under.closest('[data-id]');
  const place = holder && find(timeline(), holder.dataset.id);
  if (place?.item.kind === 'clip') trimWindow(place.item);
}

function trimWindow(item) {
  openTrim(item.footage_id, { in_s: item.in_s, out_s: item.out_s, from_s: item.available_in_s, to_s: item.available_out_s,
    action: 'Apply trim', rate: frames() }, (span) => edit({ op: 'trim', id: item.id, in_s: text(span.in_s), out_s: text(span.out_s), ripple: tools.ripple.on() }));
}

// --- drops from the gallery

function onDragOver(event) {
  if (!event.dataTransfer.types.includes('application/x-roughcut')) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = 'copy';
  showCaret(nearestCut(timeline(), timeAt(event)));
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
  if (name === 'note') { addNote(); return; }
  if (name === 'zoom-in' || name === 'zoom-out') { zoomTo(view.pps * (name === 'zoom-in' ? 1.4 : 1 / 1.4)); return; }
  if (name === 'snap' || name === 'ripple') { tools[name].toggle(); return; }
  if (name === 'delete' || name === 'lift') { remove(chosen, (name === 'lift') === tools.ripple.on()); return; }
  if (chosen?.item.kind !== 'clip') return;
  const { item, track } = chosen;
  if (name === 'trim') trimWindow(item);
  else if (name === 'why') { if (track.name === 'V1') emit('ask', 'Why is this one here?'); }
  else if (name === 'fade') edit({ op: 'crossfade', id: item.id, fade_s: '0.5' });
  else if (name === 'mute') edit({ op: 'sound', id: item.id, gain_db: item.gain_db, muted: !item.muted });
  else if (/earlier$|later$/.test(name)) {
    const way = name.endsWith('later') ? 1 : -1;
    if (!tools.ripple.on()) { nudge(item, way * (name.startsWith('far') ? 1 : 1 / frames())); return; }
    const here = solid(track).findIndex((it) => it.id === item.id);
    const index = here + way;
    if (index >= 0 && index < solid(track).length) edit({ op: 'move', id: item.id, index });
  }
}

/** A clip moved alone by some seconds. */
function nudge(item, by) {
  const at = Math.max(0, snap(item.start_s + by, frames()));
  if (Math.abs(at - item.start_s) > 1e-6) edit({ op: 'move-alone', id: item.id, at_s: text(at) });
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
  edit({ op: 'trim', id: item.id, [edge === 'in' ? 'in_s' : 'out_s']: text(at), ripple: tools.ripple.on() });
  if (edge === 'in' && tools.ripple.on()) emit('seek', item.start_s);
}
