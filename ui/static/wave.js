// Sound peaks drawn as a wave: read once for each piece of footage, drawn for what is in view.

import { read } from './bus.js';

const known = new Map(); // footage id -> {per_second, peaks} | 'asked' | 'none'

/** What is in view of `item`, in pixels from its begin. `view`: pps, left, wide. */
function part(item, { pps, left, wide }) {
  const begin = item.start_s * pps;
  return [Math.max(0, left - 200 - begin), Math.min(item.duration_s * pps, left + wide + 200 - begin)];
}

/** Another text where the wave of `item` looks different: other parts in view, or peaks that came. */
export function waveKey(item, footage, view) {
  return [Boolean(known.get(footage.id)?.peaks), ...part(item, view)].join();
}

/** A canvas with the peaks of `item` that are in view; `view.redraw` is called when they arrive. */
export function wave(item, footage, view) {
  const canvas = document.createElement('canvas');
  const have = known.get(footage.id);
  if (have === undefined) {
    known.set(footage.id, 'asked');
    read(`peaks/${footage.id}?v=${footage.stamp}`)
      .then((found) => known.set(footage.id, found), () => known.set(footage.id, 'none'))
      .then(view.redraw);
  }
  if (!have?.peaks) return canvas;
  const [from, to] = part(item, view);
  if (to <= from) return canvas;
  draw(canvas, have, item, view.pps, from, to);
  return canvas;
}

function draw(canvas, { peaks, per_second: perSecond }, item, pps, from, to) {
  const tall = 28;
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.ceil((to - from) * ratio);
  canvas.height = tall * ratio;
  Object.assign(canvas.style, { left: `${from}px`, width: `${to - from}px`, height: `${tall}px` });
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.fillStyle = '#3f9d80';
  const step = 3; // pixels from bar to bar
  const level = 10 ** (item.gain_db / 20);
  for (let x = Math.ceil(from / step) * step; x < to; x += step) {
    const first = Math.floor((item.in_s + (x / pps) * item.speed) * perSecond);
    const last = Math.max(first + 1, Math.floor((item.in_s + ((x + step) / pps) * item.speed) * perSecond));
    let peak = 0;
    for (let n = first; n < last && n < peaks.length; n += 1) peak = Math.max(peak, peaks[n]);
    const high = Math.max(1, Math.min(1, Math.sqrt(peak / 255) * level) * (tall - 4));
    pen.fillRect(x - from, (tall - high) / 2, 2, high);
  }
}
