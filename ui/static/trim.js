// The trim window: one frame per second, yellow edges, and the words said and shown in between.

import { emit, read, state } from './bus.js';
import { button, dialog, h } from './dom.js';
import { point, snap } from './clock.js';
import { tileAt } from './layout.js';

const NARROWEST = 42; // pixels of a frame

/** Open the window on a piece of footage; `done({in_s, out_s})` is called when it is applied. */
export function openTrim(id, { in_s: first, out_s: last, from_s: from, to_s: to, action, rate, more }, done) {
  const item = state.byId.get(id);
  if (!item?.tiles) return;
  let start = first;
  let end = last;
  const strip = h('div', { class: 'rc-trimstrip' });
  const left = edge('In point');
  const right = edge('Out point');
  const frame = h('div', { class: 'rc-trimframe' }, left, right);
  const shade = [h('div', { class: 'rc-trimshade' }), h('div', { class: 'rc-trimshade' })];
  const readout = h('code', {});
  const words = h('div', { class: 'rc-trimwords' });
  const area = h('div', { class: 'rc-trimarea' }, strip, ...shade, frame);
  const scroller = h('div', { class: 'rc-trimscroll' }, area);
  const apply = button(action, () => { open.close(); done({ in_s: start, out_s: end }); }, { class: 'rc-button rc-primary' });
  const open = dialog(item.title, h('div', {},
    h('p', { class: 'rc-dim' }, 'One frame a second. Drag the yellow edges to keep only the part you want, click where it begins or ends, or say what it shows.'),
    scroller, byWords(id, (found) => { [start, end] = within(found); emit('peek', { footage_id: id, at_s: start }); paint(); reveal(); }), words, h('footer', {}, readout, h('span', { class: 'rc-push' }), more ?? null,
      button('Cancel', () => open.close(), { class: 'rc-button rc-plain' }), apply)),
  { class: 'rc-trim', onclose: () => emit('peek', null) });
  const share = (seconds) => ((seconds - from) / (to - from)) * 100;

  function paint() {
    frame.style.left = `${share(start)}%`;
    frame.style.width = `${share(end) - share(start)}%`;
    shade[0].style.width = `${share(start)}%`;
    shade[1].style.left = `${share(end)}%`;
    shade[1].style.width = `${100 - share(end)}%`;
    readout.textContent = `in ${start.toFixed(2)}s  out ${end.toFixed(2)}s  length ${(end - start).toFixed(2)}s`;
    for (const [handle, value] of [[left, start], [right, end]]) {
      handle.setAttribute('aria-valuenow', value.toFixed(2));
      handle.setAttribute('aria-valuetext', point(value));
    }
    for (const word of words.children) {
      word.classList.toggle('rc-out', Number(word.dataset.end) <= start || Number(word.dataset.start) >= end);
    }
  }

  /** The in point is in view where the strip is longer than the window. */
  function reveal() {
    scroller.scrollLeft = (share(start) / 100) * area.clientWidth - 3 * NARROWEST;
  }

  /** A part that was found, on whole frames and within what there is. */
  function within(found) {
    const frame = (seconds) => Math.min(to, Math.max(from, from + snap(seconds - from, rate)));
    const first = Math.min(frame(found.in_s), to - 1 / rate);
    return [first, Math.max(frame(found.out_s), first + 1 / rate)];
  }

  function change(which, seconds) {
    const least = 1 / rate;
    const value = Math.min(to, Math.max(from, from + snap(seconds - from, rate)));
    if (which === left) start = Math.min(value, end - least);
    else end = Math.max(value, start + least);
    emit('peek', { footage_id: id, at_s: which === left ? start : end - least });
    paint();
  }

  function secondsAt(event) {
    const bounds = area.getBoundingClientRect();
    return from + ((event.clientX - bounds.left) / bounds.width) * (to - from);
  }

  // a press on a handle takes it; one on a frame brings the nearer edge there
  area.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    const at = secondsAt(event);
    const nearer = Math.abs(at - start) <= Math.abs(at - end) ? left : right;
    const handle = [left, right].find((one) => one === event.target) ?? nearer;
    handle.setPointerCapture(event.pointerId);
    handle.focus();
    if (handle !== event.target) change(handle, at);
  });
  for (const handle of [left, right]) {
    handle.addEventListener('pointermove', (event) => {
      if (handle.hasPointerCapture(event.pointerId)) change(handle, secondsAt(event));
    });
    handle.addEventListener('keydown', (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      change(handle, (handle === left ? start : end) + by * (event.shiftKey ? 1 : 1 / rate));
    });
  }
  open.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.target.closest('button,input')) { event.preventDefault(); apply.click(); }
  });
  area.style.minWidth = `${Math.ceil((to - from) / item.tiles.step_s) * NARROWEST}px`; // a frame for each second
  tiles(strip, item, from, to);
  reveal();
  tell(words, id, paint);
  paint();
  right.focus();
}

/** A field of words: what they name becomes the part that is kept, and why is told. */
function byWords(id, take) {
  const field = h('input', { type: 'text', maxlength: 400, placeholder: 'the part where she laughs', 'aria-label': 'The part that words name' });
  const told = h('small', { class: 'rc-dim', role: 'status' });
  const form = h('form', { class: 'rc-bywords', onsubmit: async (event) => {
    event.preventDefault();
    const q = field.value.trim();
    if (!q) return;
    told.textContent = 'Looking…';
    try {
      const found = await read(`view/part/${encodeURIComponent(id)}?q=${encodeURIComponent(q)}`);
      if (!form.isConnected) return;
      take(found);
      told.textContent = `${found.sure ? '' : 'Not sure. '}${found.why[0] ?? ''}`;
    } catch (error) {
      told.textContent = error.message;
    }
  } }, field, button('Find', () => form.requestSubmit()), told);
  return form;
}

function edge(label) {
  return h('div', { class: `rc-trimedge rc-${label === 'In point' ? 'in' : 'out'}`, role: 'slider', tabindex: '0', 'aria-label': label });
}

function tiles(strip, item, from, to) {
  const { width_px: w, height_px: tall, columns, count } = item.tiles;
  const all = Math.max(1, Math.round((to - from) / item.tiles.step_s));
  const width = strip.clientWidth || 800;
  const fits = Math.max(1, Math.min(all, Math.floor(width / NARROWEST)));
  const high = 72;
  const wide = width / fits;
  const scale = Math.max(high / tall, wide / w);
  strip.replaceChildren(...Array.from({ length: fits }, (_, n) => {
    const at = from + ((n + 0.5) * (to - from)) / fits;
    const tile = tileAt(item.tiles, at);
    return h('i', { style: {
      width: `${100 / fits}%`, backgroundImage: `url("strip/${item.id}?v=${item.stamp}")`,
      backgroundSize: `${columns * w * scale}px ${Math.ceil(count / columns) * tall * scale}px`,
      backgroundPosition: `${-tile.column * w * scale - (w * scale - wide) / 2}px ${-tile.row * tall * scale - (tall * scale - high) / 2}px`,
    } }, h('small', {}, point(from + (n * (to - from)) / fits)));
  }));
}

async function tell(words, id, paint) {
  const all = await read(`view/moments/${id}`).catch(() => []);
  words.replaceChildren(...all.filter((m) => m.speech || m.caption).map((m) =>
    h('span', { dataset: { start: m.start_s, end: m.end_s }, title: m.caption },
      h('em', {}, point(m.start_s)), ` ${m.speech ? `“${m.speech}” ` : ''}${m.caption}`)));
  paint();
}
