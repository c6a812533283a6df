// Sound peaks drawn as waves: read once for each piece of footage, drawn for what is in view. One
// canvas for a whole row: a canvas for each of many clips costs every frame of the page.

import { read } from './bus.js';
import { inTurn } from './turns.js';

const known = new Map(); // footage id -> {per_second, peaks} | 'asked' | 'none'
const TALL = 28;
const STEP = 3; // pixels from bar to bar
const BEYOND = 300; // pixels drawn beyond the window
const TOGETHER_MS = 120; // waves that arrive within that are drawn at once
let coming = false; // some arrived and will be drawn

/** The peaks of `footage` once they are read; `again` is called when they arrived. */
function peaksOf(footage, again) {
  const { id } = footage;
  const have = known.get(id);
  if (have === undefined) {
    known.set(id, 'asked');
    inTurn(() => read(`peaks/${id}?v=${footage.stamp}`)
      .then((found) => known.set(id, found), () => known.set(id, 'none'))
      .then(() => together(again)));
  }
  return have?.peaks ? have : null;
}

function together(again) {
  if (coming) return;
  coming = true;
  setTimeout(() => { coming = false; again(); }, TOGETHER_MS);
}

/** The waves of `heard`, pairs of a clip and its footage, into one canvas; `view`: pps, left, wide, redraw. */
export function drawWaves(canvas, heard, view) {
  const { pps } = view;
  const from = Math.max(0, view.left - BEYOND);
  const to = view.left + view.wide + BEYOND;
  const waves = heard.map(([item, footage]) => [item, peaksOf(footage, view.redraw)]).filter(([, have]) => have);
  const ratio = devicePixelRatio || 1;
  const key = JSON.stringify([pps, from, to, ratio, waves.map(([item]) =>
    [item.footage_id, item.start_s, item.duration_s, item.in_s, item.speed, item.gain_db])]);
  if (canvas.dataset.key === key) return;
  canvas.dataset.key = key;
  const most = waves.reduce((end, [item]) => Math.max(end, (item.start_s + item.duration_s) * pps), from + 1);
  const width = Math.ceil(Math.min(to, most) - from);
  canvas.width = Math.ceil(width * ratio);
  canvas.height = TALL * ratio;
  Object.assign(canvas.style, { position: 'absolute', top: '2px', pointerEvents: 'none', left: `${from}px`, width: `${width}px`, height: `${TALL}px` });
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  pen.fillStyle = '#3f9d80';
  for (const [item, have] of waves) draw(pen, have, item, pps, from, from + width);
}

/** The bars of one clip, between the pixels `from` and `to` of the row. */
function draw(pen, { peaks, per_second: perSecond }, item, pps, from, to) {
  const begin = item.start_s * pps;
  const level = 10 ** (item.gain_db / 20);
  const last = Math.min(item.duration_s * pps, to - begin);
  for (let x = Math.ceil(Math.max(0, from - begin) / STEP) * STEP; x < last; x += STEP) {
    const first = Math.floor((item.in_s + (x / pps) * item.speed) * perSecond);
    const end = Math.max(first + 1, Math.floor((item.in_s + ((x + STEP) / pps) * item.speed) * perSecond));
    let peak = 0;
    for (let n = first; n < end && n < peaks.length; n += 1) peak = Math.max(peak, peaks[n]);
    const high = Math.max(1, Math.min(1, Math.sqrt(peak / 255) * level) * (TALL - 4));
    pen.fillRect(begin + x - from, (TALL - high) / 2, 2, high);
  }
}
