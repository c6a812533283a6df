// What was overlooked: what came near, what no search has brought, and all that nobody used.

import { emit, state } from './bus.js';
import { h, icon } from './dom.js';
import { moment } from './moment.js';

const MOST = 60; // cards a part

export function overlooked(told) {
  const never = new Set(told.never);
  const known = (id) => state.byId.get(id);
  const whole = (id) => { const item = known(id); return { footage_id: id, name: item.title, in_s: 0, out_s: item.duration_s, why: item.summary ? [item.summary] : [] }; };
  const best = (id) => { const item = known(id); return { footage_id: id, in_s: 0, out_s: Math.min(item.duration_s, 5) }; };
  const cards = (ids) => ids.filter(known).slice(0, MOST).map((id) => moment(whole(id), { act: ['Add at the end', () => emit('edit-insert', best(id))] }));
  const parts = [
    ['Came near', 'Weighed for the cut and left out, with why.', told.near.filter((one) => known(one.footage_id)).map((one) =>
      moment({ ...one, name: known(one.footage_id).title, why: [`for “${one.beat || 'the cut'}”: ${one.why_not}`] }, { act: ['Add at the end', () => emit('edit-insert', one)] }))],
    ['Never came up', 'No search and no beat has brought these yet.', cards(told.never)],
    ['Not used', `${told.unused.length} of ${told.all} files are not in the cut.`, cards(told.unused.filter((id) => !never.has(id)))],
  ].filter(([, , some]) => some.length);
  if (!parts.length) return [h('div', { class: 'rc-nothing' }, icon('check'), h('p', {}, 'Every file is in the cut.'))];
  return parts.map(([title, words, some]) => h('section', { 'aria-label': title }, h('h3', {}, title), h('p', { class: 'rc-dim' }, words), h('div', { class: 'rc-cards' }, some)));
}
