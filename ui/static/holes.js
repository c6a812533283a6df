// A hole in the coverage map and the four ways out of it: look wider, reuse, film it, make it.

import { edit, read, send, soon } from './bus.js';
import { button, fill, h, icon } from './dom.js';
import { about, text } from './clock.js';
import { moment } from './moment.js';

const WAYS = [
  ['search', 'Search looser', 'the nearest there is, however far'],
  ['film', 'Reuse a file', 'another moment of what is in the cut'],
  ['camera', 'Film it', 'onto the reshoot list'],
  ['spark', 'Make it', 'with an estimate first'],
];

const outs = new Map(); // hole -> what was found for it, so that a redraw keeps it

export function holeCard(gap, beat, proposed) {
  if (!outs.has(gap.id)) outs.set(gap.id, h('div', { class: 'rc-holeout', role: 'status' }));
  const out = outs.get(gap.id);
  const acts = [() => nearest(out, gap, beat, ''), () => nearest(out, gap, beat, '&used=true'),
    () => edit({ op: 'reshoot', id: gap.id }), () => made(out, gap, beat)];
  return h('div', { class: 'rc-holecard' }, h('b', {}, `Nothing shows it · ${gap.duration_s.toFixed(1)} s missing`),
    beat.near.length ? h('p', { class: 'rc-dim' }, `Nearest: ${beat.near[0]}`) : null,
    h('div', { class: 'rc-waysout' }, WAYS.map(([name, label, note], n) => h('button', {
      type: 'button', class: n === 2 && gap.listed ? 'rc-on' : '', disabled: proposed, 'aria-pressed': n === 2 ? String(gap.listed) : undefined,
      onclick: acts[n],
    }, icon(name), h('span', {}, n === 2 && gap.listed ? 'On the reshoot list' : label), h('small', {}, n === 2 && gap.listed ? 'click to take it off' : note)))), out);
}

async function nearest(out, gap, beat, more) {
  out.replaceChildren(h('p', { class: 'rc-dim' }, 'Looking…'));
  try {
    const found = await read(`view/search?q=${encodeURIComponent(beat.words)}&limit=6&seconds=${Math.min(gap.duration_s, 1)}${more}`);
    out.replaceChildren(...(found.confident ? [] : [h('p', { class: 'rc-note' }, found.reason)]),
      ...found.hits.slice(0, 4).map((hit) => moment({ ...hit, name: hit.title, out_s: Math.max(hit.out_s, hit.in_s + 0.5), why: hit.why.slice(0, 2).map((why) => `${why.kind}: ${why.quote}`) },
        { act: ['Fill with it', () => edit({ op: 'fill', id: gap.id, footage_id: hit.footage_id, in_s: text(hit.in_s) })] })));
    if (!found.hits.length) out.replaceChildren(h('p', { class: 'rc-dim' }, more ? 'No other moment of the files in the cut is long enough.' : 'No footage is long enough.'));
  } catch (error) {
    out.replaceChildren(h('p', { class: 'rc-warn' }, error.message));
  }
}

/** What it would be made with, how long that takes, what it costs; only then it is proposed. */
async function made(out, gap, beat) {
  out.replaceChildren(h('p', { class: 'rc-dim' }, 'Working out how it could be made…'));
  try {
    const ways = await read(`view/ways/${encodeURIComponent(gap.id)}`);
    const cost = ways.cost.money_usd ? `$${ways.cost.money_usd.toFixed(2)}, ` : '';
    fill(out,
      h('p', {}, ways.how || ways.answer),
      ways.draft ? h('img', { class: 'rc-draftline', src: `draft/${ways.draft}`, alt: 'Six frames of a small draft' }) : null,
      ...ways.warnings.map((words) => h('p', { class: 'rc-warn' }, words)),
      ways.can ? h('p', { class: 'rc-cost' }, `${cost}about ${about(ways.cost.seconds)}, ${ways.ways.length} ${ways.ways.length === 1 ? 'way' : 'ways'} to choose from`) : null,
      h('details', {}, h('summary', {}, 'What could make it'), h('ul', { class: 'rc-backends' }, ways.backends.map((one) =>
        h('li', { class: one.ok ? 'rc-ok' : '' }, h('b', {}, one.name), h('small', {}, one.reason || (one.ok ? 'ready' : 'not here')))))),
      ways.can ? button('Propose it', () => { send('rc_make', { item_id: gap.id, words: beat.words }); soon(); out.replaceChildren(h('p', { class: 'rc-dim' }, 'Proposed: approve it at the right.')); }, { class: 'rc-button rc-primary' }) : null);
  } catch (error) {
    out.replaceChildren(h('p', { class: 'rc-warn' }, error.message));
  }
}
