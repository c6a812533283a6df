// Long texts: what they begin with, and the rest on demand.

import { h } from './dom.js';

const ENOUGH = 150; // characters that stand open
const WORTH = 60; // characters that are worth being folded away

/** `words` in a block; sentences past the first few are behind a "more". */
export function folded(words, attributes = {}) {
  const [open, rest] = parted(words);
  if (!rest) return h('div', attributes, words);
  return h('div', { ...attributes, class: `${attributes.class ?? ''} rc-folded` }, open,
    h('details', {}, h('summary', {}, 'more'), h('span', {}, rest)));
}

/** [what stands open, what is folded away, "" where nothing is worth it], cut between sentences. */
export function parted(words) {
  const text = String(words);
  if (/\n\s*(\d+\.|[-•])/.test(text)) return [text, '']; // a list
  for (const { index } of text.matchAll(/(?<=[.!?])\s+(?=\S)/g)) {
    if (index >= ENOUGH / 2 && text.length - index > WORTH && text.length > ENOUGH) return [text.slice(0, index), text.slice(index).trim()];
  }
  return [text, ''];
}
