// Long texts: what they begin with, and the rest on demand.

import { h } from './dom.js';

const ENOUGH = 150; // characters that stand open
const WORTH = 60; // characters that are worth being folded away
const LINES = 8; // of a list that stand open; of a longer one some fewer

/** `words` in a block; sentences past the first few are behind a "more". */
export function folded(words, attributes = {}) {
  const [open, rest] = parted(words);
  if (!rest) return h('div', attributes, words);
  return h('div', { ...attributes, class: `${attributes.class ?? ''} rc-folded` }, open,
    h('details', {}, h('summary', {}, 'more'), h('span', {}, open.includes('\n') ? `\n${rest}` : rest)));
}

/** [what stands open, what is folded away, "" where nothing is worth it], cut between sentences. */
export function parted(words) {
  const text = String(words);
  if (/\n\s*(\d+\.|[-•])/.test(text)) return list(text.split('\n'));
  for (const { index } of text.matchAll(/(?<=[.!?])\s+(?=\S)/g)) {
    if (index >= ENOUGH / 2 && text.length - index > WORTH && text.length > ENOUGH) return [text.slice(0, index), text.slice(index).trim()];
  }
  return [text, ''];
}

function list(lines) {
  if (lines.length <= LINES) return [lines.join('\n'), ''];
  return [lines.slice(0, LINES - 2).join('\n'), lines.slice(LINES - 2).join('\n')];
}
