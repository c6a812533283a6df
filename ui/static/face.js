// A small frame from the film strip: one sheet serves every frame of a source. Where that has still
// to be made, which takes long, a face in view shows its own frame, which is made at once.

import { h } from './dom.js';
import { tileAt } from './layout.js';
import { inTurn } from './turns.js';

const BOX = 16 / 9; // of every element that holds a face, about

/** The frame of `known` footage at `at` seconds; it covers its element, whatever its size. */
export function face(known, at, name = 'rc-face') {
  const element = h('i', { class: name }, h('i', { class: 'rc-tile' }));
  if (known?.tiles && at !== null) {
    if (strips.get(address(known)) === true) showFace(element, known, at);
    else onceSeen(element, () => first(element, known, at));
  }
  return element;
}

const strips = new Map(); // address of a strip -> true once it is made, a promise while that is asked

async function first(element, known, at) {
  const url = address(known);
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

const ready = new Map(); // the address of a sheet -> what waits for it, or true once it is here

/** Lets the tiles inside `element` show the sheet of `known` footage, once it is here. */
export function wear(element, known) {
  const sheet = address(known);
  element.dataset.sheet = sheet;
  if (ready.get(sheet) === true) { show(element, sheet); return; }
  if (!ready.has(sheet)) {
    ready.set(sheet, new Set());
    inTurn(() => fetched(sheet));
  }
  ready.get(sheet).add(element);
}

async function fetched(sheet) {
  const here = await new Promise((done) => {
    const picture = h('img', { onload: () => done(true), onerror: () => done(false) });
    picture.src = sheet;
  });
  const elements = ready.get(sheet);
  if (here) ready.set(sheet, true); else ready.delete(sheet); // asked for again with the next drawing
  for (const element of elements) {
    if (!here) delete element.dataset.key; // so that the next drawing draws it
    else if (element.dataset.sheet === sheet) show(element, sheet);
  }
}

function show(element, sheet) {
  element.style.setProperty('--rc-strip', `url("${sheet}")`);
}

function address(known) {
  return new URL(`strip/${known.id}?v=${known.stamp}`, document.baseURI).href;
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
    backgroundImage: `url("${address(known)}")`,
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${share(tile.column, columns)}% ${share(tile.row, rows)}%`,
  });
}
