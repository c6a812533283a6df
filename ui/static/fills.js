// A fill on its card: the draft, the ways to choose from, and the takes that were made.

import { edit, read, send, soon, state } from './bus.js';
import { button, dialog, h, icon } from './dom.js';
import { length } from './clock.js';
import { find, solid, trackOf } from './layout.js';

/** What a creator can look at and choose before approving a fill; of a failed one, how else. */
export function fillCard(fill, decide, failed) {
  const change = (given) => decide('change', { arguments: given });
  return h('div', { class: 'rc-fillcard' },
    ...(failed ? [] : [h('p', { class: 'rc-answer' }, fill.how), fill.draft ? draft(fill.draft) : null,
      ...fill.warnings.map((words) => h('p', { class: 'rc-warn' }, words))]),
    ways(fill, change),
    fill.looks.length ? look(fill, change) : null,
    takes(fill.takes, fill.item_id),
    failed ? null : h('details', { class: 'rc-why' }, h('summary', {}, 'Why this way, and what was checked'),
      fill.details.map((words) => h('p', {}, words))));
}

/** Six frames of the draft, which lie side by side in one picture: in two rows where they are wide. */
function draft(name) {
  const { width, height } = state.desk.timeline;
  const part = (at) => h('i', { style: { backgroundImage: `url("draft/${name}")`, backgroundPosition: `${at} 0` } });
  const strip = h('figure', { class: `rc-draft ${width < height ? 'rc-tall' : ''}`, role: 'img', 'aria-label': 'Six frames of a small draft' },
    part('0%'), part('100%'), h('figcaption', {}, 'small draft, first to last frame'));
  strip.style.setProperty('--rc-ratio', String(width / height));
  return strip;
}

function ways(fill, change) {
  const rows = fill.ways.map((way) => h('button', {
    type: 'button', role: 'radio', 'aria-checked': String(way.chosen), class: `rc-way ${way.chosen ? 'rc-chosen' : ''}`,
    title: way.why || undefined, onclick: () => { if (!way.chosen) change({ mode: way.mode, backend: way.backend }); },
  }, h('i'), h('span', {}, way.called), h('small', {}, way.backend), h('em', {}, price(way))));
  const auto = fill.free ? null : h('button', { type: 'button', class: 'rc-link', onclick: () => change({ mode: 'auto', backend: 'auto' }) }, 'Choose for me');
  const seed = fill.by_chance ? h('button', { type: 'button', class: 'rc-link', onclick: () => change({ seed: fill.next_seed }) }, 'Another seed') : null;
  const loop = fill.loop === null ? null : h('button', { type: 'button', class: 'rc-link', onclick: () => change({ loop: !fill.loop }) }, fill.loop ? 'Not as a loop' : 'As a loop');
  return h('div', { class: 'rc-ways' }, h('div', { class: 'rc-wayshead' }, h('b', {}, rows.length > 1 ? 'Ways to make it' : 'How it would be made'), h('span', { class: 'rc-push' }), loop, seed, auto),
    h('div', { role: 'radiogroup', 'aria-label': 'Ways to make it' }, rows));
}

function price({ seconds, money_usd: money }) {
  const time = seconds < 90 ? `~${Math.max(1, Math.round(seconds))} s` : `~${length(seconds)}`;
  return money ? `${time} · $${money.toFixed(2)}` : time;
}

function look(fill, change) {
  const choice = h('select', { 'aria-label': 'Learned look', onchange: () => change({ look: choice.value, mode: 'auto', backend: 'auto' }) },
    h('option', { value: 'none' }, 'no learned look'), fill.looks.map((name) => h('option', { value: name }, name)));
  choice.value = fill.look || 'none';
  return h('label', { class: 'rc-look' }, 'Look', choice);
}

/** The takes of a place that was filled; nothing where neither a take nor its hole stands. */
export function madeTakes(step) {
  if (!step.takes?.length || !state.desk) return null;
  const ids = new Set(step.takes.map((take) => take.footage_id));
  const here = solid(trackOf(state.desk.timeline, 'V1')).find((item) => ids.has(item.footage_id))
    ?? find(state.desk.timeline, step.place)?.item;
  if (!here || (here.kind === 'clip' && !ids.has(here.footage_id))) return null;
  return h('div', { class: 'rc-made' }, takes(step.takes, here.id), another(here.id));
}

function another(itemId, done = () => {}) {
  return button('Another take', () => { done(); send('rc_make', { item_id: itemId }); soon(); },
    { title: 'Proposed with another seed; nothing is made before you approve' });
}

/** The takes of a made shot on the timeline, whichever plan made it. */
export async function takesWindow(item) {
  const body = h('div', { class: 'rc-made' }, 'Looking…');
  const open = dialog(`Takes of “${item.name}”`, h('div', {}, h('p', { class: 'rc-dim' }, item.made_by), body));
  try {
    const list = await read(`view/takes/${encodeURIComponent(item.id)}`);
    const close = () => open.close();
    body.replaceChildren(takes(list, item.id, close) ?? 'No take was kept.', another(item.id, close));
  } catch (error) {
    body.textContent = error.message;
  }
}

function takes(list, itemId, done = () => {}) {
  if (!list.length) return null;
  const standing = state.desk ? find(state.desk.timeline, itemId)?.item.footage_id : '';
  return h('ul', { class: 'rc-takes', 'aria-label': 'Takes' }, list.map((take) => {
    const here = take.footage_id === standing;
    return h('li', { class: here ? 'rc-here' : '' },
      h('img', { src: `still/${take.footage_id}?t=${take.middle_ms}&h=90&v=${take.stamp}`, alt: `Take ${take.number}`, title: take.called }),
      h('span', {}, h('b', {}, `Take ${take.number}`), h('small', { title: take.called }, take.called)),
      here ? h('em', {}, icon('check'), 'in the film')
        : button('Use this take', () => { done(); edit({ op: 'take', id: itemId, footage_id: take.footage_id }); }));
  }));
}
