// A small frame from the film strip: one sheet serves every frame of a source.

import { h } from './dom.js';
import { tileAt } from './layout.js';

/** The frame of `known` footage at `at` seconds, `wide` by `high` pixels. */
export function face(known, at, wide = 42, high = 24) {
  const element = h('i', { class: 'rc-face', style: { width: `${wide}px`, height: `${high}px` } });
  if (known?.tiles) showFace(element, known, at, wide, high);
  return element;
}

/** The same element showing another second. */
export function showFace(element, known, at, wide, high) {
  const { width_px: w, height_px: tall, columns, count } = known.tiles;
  const scale = Math.max(wide / w, high / tall);
  const tile = tileAt(known.tiles, at);
  Object.assign(element.style, {
    backgroundImage: `url("strip/${known.id}?v=${known.stamp}")`,
    backgroundSize: `${columns * w * scale}px ${Math.ceil(count / columns) * tall * scale}px`,
    backgroundPosition: `${-tile.column * w * scale - (w * scale - wide) / 2}px ${-tile.row * tall * scale - (tall * scale - high) / 2}px`,
  });
}
