// Sound peaks drawn as a wave: read once for each piece of footage, drawn for what is in view.

import { read } from './bus.js';

const known = new Map(); // footage id -> {per_second, peaks} | 'asked' | 'none'

/** A canvas with the peaks of `item` that are in view; `again` is called when they arrive. */
export function wave(item, footage, pps, scroller, again) {
  const canvas = document.createElement('canvas');
  const have = known.get(footage.id);
  if (have === undefined) {
    known.set(footage.id, 'asked');
    read(`peaks/${footage.id}?v=${footage.stamp}`)
      .then((found) => known.set(footage.id, found), () => known.set(footage.id, 'none'))
      .then(again);
  }
  if (!have?.peaks) return canvas;
  const left = item.start_s * pps;
  const from = Math.max(0, scroller.scrollLeft - 200 - left);
  const to = Math.min(item.duration_s * pps, scroller.scrollLeft + scroller.clientWidth + 200 - left);
  if (to <= from) return canvas;
  draw(canvas, have, item, pps, from, to);
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
