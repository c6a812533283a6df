// A small frame from the film strip: one sheet serves every frame of a source.

import { h } from './dom.js';
import { tileAt } from './layout.js';

const BOX = 16 / 9; // of every element that holds a face, about

/** The frame of `known` footage at `at` seconds; it covers its element, whatever its size. */
export function face(known, at, name = 'rc-face') {
  const element = h('i', { class: name }, h('i', { class: 'rc-tile' }));
  if (known?.tiles && at !== null) showFace(element, known, at);
  return element;
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
    backgroundImage: `url("strip/${known.id}?v=${known.stamp}")`,
    backgroundSize: `${columns * 100}% ${rows * 100}%`,
    backgroundPosition: `${share(tile.column, columns)}% ${share(tile.row, rows)}%`,
  });
}
