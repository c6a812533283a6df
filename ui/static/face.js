// A small frame from the film strip: one sheet serves every frame of a source. Where that has still
// to be made, which takes long, a face in view shows its own frame, which is made at once.

import { h } from './dom.js';
import { tileAt } from './layout.js';

const BOX = 16 / 9; // of every element that holds a face, about

/** The frame of `known` footage at `at` seconds; it covers its element, whatever its size. */
export function face(known, at, name = 'rc-face') {
  const element = h('i', { class: name }, h('i', { class: 'rc-tile' }));
  if (known?.tiles && at !== null) {
    if (strips.get(strip(known)) === true) showFace(element, known, at);
    else onceSeen(element, () => first(element, known, at));
  }
  return element;
}

const strips = new Map(); // address of a strip -> true once it is made, a promise while that is asked

function strip(known) {
  return `strip/${known.id}?v=${known.stamp}`;
}

async function first(element, known, at) {
  const url = strip(known);
  if (!strips.has(url)) strips.set(url, isMade(url));
  if (await strips.get(url)) showFace(element, known, at);
  else glance(element, `still/${known.id}?t=${Math.round(at * 1000)}&h=180&v=${known.stamp}`);
}

function glance(element, src) {
  const still = Object.assign(new Image(), { fetchPriority: 'high', src }); // before those further down
  still.onload = () => { element.style.background = `center / cover url("${src}")`; };
}

/** Whether the strip is made; if so it is read, so that drawing it asks for nothing more. */
async function isMade(url) {
  const answer = await fetch(url, { headers: { Prefer: 'respond-async' } }).catch(() => null);
  const made = answer?.status === 200;
  if (made) { await answer.blob(); strips.set(url, true); } else strips.delete(url);
  return made;
}

const unseen = new WeakMap(); // element -> what is done once it comes into view
let eye;

function onceSeen(element, act) {
  eye ??= new IntersectionObserver((all) => {
    for (const { target } of all.filter((one) => one.isIntersecting)) { eye.unobserve(target); unseen.get(target)(); }
  }, { rootMargin: '120px' });
  unseen.set(element, act);
  eye.observe(element);
}

/** The same element showing another second. */
export function showFace(element, known, at) {
  const { width_px: w, height_px: tall, columns, count } = known.tiles;
  const rows = Math.ceil(count / columns);
  const tile = tileAt(known.tiles, at);
  const share = (n, of) => (of > 1 ? (100 * n) / (of - 1) : 0);
  Object.assign(element.firstChild.style, {
    aspectRatio: `${w} / ${tall}`,
    [w / tall >= BOX ? 'height' : 'width']: '101%', // a hair over, where the box is not quite 16:9
    backgroundImage: `url("${strip(known)}")`,
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${share(tile.column, columns)}% ${share(tile.row, rows)}%`,
  });
}
