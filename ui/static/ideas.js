// Films that were proposed in words, each a button that takes it.

import { button, h } from './dom.js';

/** [number, title] of each idea in an answer. */
export function ideasIn(answer) {
  return [...String(answer).matchAll(/^(\d+)\. ([^:\n]+):/gm)].map(([, number, title]) => [Number(number), title]);
}

/** The buttons for the ideas a step told, or null; `ask` says the words that take one. */
export function ideaButtons(step, ask) {
  const told = step.tool === 'ideas' && step.status === 'applied' ? ideasIn(step.answer) : [];
  return told.length ? h('div', { class: 'rc-ideas', role: 'group', 'aria-label': 'Ideas' }, told.map(([number, title]) =>
    button(`${number}. ${title}`, () => ask(`Make idea ${number}`), { class: 'rc-button rc-small', title: `Make idea ${number}: ${title}` }))) : null;
}
