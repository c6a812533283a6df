// What opens beside the timeline: a title, kept versions, choices for a hole.

import { edit, emit, read, send, set, soon, state } from './bus.js';
import { button, dialog, fill, h, menu, toast } from './dom.js';
import { length, point, text } from './clock.js';
import { face } from './face.js';
import { difference, solid, trackOf } from './layout.js';

/** Words for a title at the playhead. */
export function addTitle() {
  const words = h('input', { type: 'text', maxlength: 200, 'aria-label': 'Title text', placeholder: 'Words' });
  const style = h('select', { 'aria-label': 'Style' }, ['title', 'lower-third', 'subtitle'].map((s) => h('option', { value: s }, s)));
  const seconds = h('input', { type: 'number', min: 0.5, max: 60, step: 0.5, value: 3, 'aria-label': 'Seconds' });
  const form = h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (words.value.trim()) {
      edit({ op: 'title', text: words.value.trim(), style: style.value, at_s: text(state.playhead), length_s: text(Number(seconds.value) || 3) });
    }
    open.close();
  } }, words, h('label', {}, 'Style ', style), h('label', {}, 'Seconds ', seconds),
  h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Add title')));
  const open = dialog(`Title at ${point(state.playhead)}`, form);
  words.focus();
}

/** Versions kept under a name: keep one, go to one; and those that the assistant compared. */
export function versionsMenu(anchor) {
  const kept = state.desk?.versions ?? [];
  menu(anchor, [
    ['Keep this version…', keepVersion], ['Compare versions…', compareVersions], kept.length ? null : undefined,
    ...kept.map((v) => [`Go to “${v.name}”`, () => edit({ op: 'restore', edit_id: v.edit_id }), v.edit_id === state.desk.edit_id ? 'here' : '']),
  ].filter((entry) => entry !== undefined));
}

/** The kept versions side by side, and those that the assistant compared and can propose. */
async function compareVersions() {
  const box = h('div', { class: 'rc-compare' }, 'Reading…');
  const open = dialog('Versions', box, { class: 'rc-wide' });
  try {
    const [made, ...kept] = await Promise.all([read('view/alternatives'),
      ...state.desk.versions.map(async (one) => ({ ...one, timeline: await read(`view/version/${one.edit_id}`) }))]);
    fill(box, kept.length ? h('ul', { class: 'rc-versions', 'aria-label': 'Kept' }, kept.map((one) => keptVersion(one, open))) : null,
      made.versions.length ? h('h3', {}, `Made by the assistant of “${made.film}”`) : null,
      made.versions.length ? h('ul', { class: 'rc-alternatives', 'aria-label': 'Made by the assistant' }, made.versions.map((one) => alternative(one, open))) : null,
      kept.length || made.versions.length ? null : h('p', { class: 'rc-dim' }, 'None yet. Keep this version, or ask the assistant for “three versions of it”.'));
  } catch (error) {
    open.close();
    toast(error.message, 'problem');
  }
}

/** How long, how many clips, what differs from the edit. */
function keptVersion(one, open) {
  return h('li', {}, h('b', {}, one.name), h('span', { class: 'rc-dim' }, inWords(one.timeline)),
    button('Look at it', () => { open.close(); set('compared', one); set('previewing', true); }),
    button('Go to it', () => { open.close(); set('compared', null); edit({ op: 'restore', edit_id: one.edit_id }); }, { class: 'rc-button rc-plain' }));
}

/** A version that is no edit yet: a frame of each of its clips; asked for, it is proposed. */
function alternative(one, open) {
  const holes = one.holes.length ? `; nothing shows ${one.holes.map((hole) => `“${hole}”`).join(', ')}` : '';
  return h('li', {}, h('b', {}, `Version ${one.number}`),
    h('span', { class: 'rc-dim' }, `${length(one.length_s)}, ${clipsOf(one.clips.length)}${one.differs ? `; ${one.differs}` : ''}${holes}`),
    button(one.proposed ? 'Proposed' : 'Propose it', () => { open.close(); emit('ask', `version ${one.number}`); },
      { disabled: one.proposed, 'aria-label': `${one.proposed ? 'Proposed' : 'Propose'}: version ${one.number}` }),
    h('div', { class: 'rc-frames' }, one.clips.map((clip) => h('span', { title: clip.name }, face(state.byId.get(clip.footage_id), (clip.in_s + clip.out_s) / 2)))));
}

function clipsOf(count) {
  return `${count} ${count === 1 ? 'clip' : 'clips'}`;
}

/** A version's length and clips, and what of it differs from the edit that stands. */
function inWords(timeline) {
  const clips = solid(trackOf(timeline, 'V1')).filter((item) => item.kind === 'clip').length;
  const counted = new Map();
  for (const mark of difference(state.desk.timeline, timeline).values()) counted.set(mark, (counted.get(mark) ?? 0) + 1);
  const differs = [...counted].map(([mark, count]) => `${count} ${mark}`).join(', ');
  return `${length(timeline.duration_s)}, ${clipsOf(clips)}; ${differs ? `beside this one ${differs}` : 'the same as this one'}`;
}

function keepVersion() {
  const name = h('input', { type: 'text', maxlength: 60, 'aria-label': 'Name', placeholder: 'Name of this version' });
  const open = dialog('Keep this version', h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (name.value.trim()) edit({ op: 'keep', name: name.value.trim() });
    open.close();
  } }, name, h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Keep'))));
  name.focus();
}

/** Four choices for a hole, from the footage, nearest first. */
export async function fillHole(item) {
  const list = h('div', { class: 'rc-choices' }, 'Looking…');
  const words = h('input', { type: 'text', maxlength: 500, 'aria-label': 'What the made shot should show',
    placeholder: item.wanted || 'what to show; nothing for a join' });
  const open = dialog(item.wanted ? `Fill “${item.wanted}”` : 'Fill the gap', h('div', {}, list,
    h('form', { class: 'rc-makeform', onsubmit: (event) => {
      event.preventDefault();
      open.close();
      send('rc_make', { item_id: item.id, words: words.value.trim() });
      soon();
    } }, words, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Have it made…'))));
  try {
    const q = encodeURIComponent(item.wanted || 'anything');
    const found = await read(`view/search?q=${q}&limit=8&seconds=${item.duration_s}`);
    const hits = found.hits.filter((hit) => state.byId.get(hit.footage_id)?.has_picture).slice(0, 4);
    list.replaceChildren(...hits.map((hit) => h('button', { type: 'button', class: 'rc-choice', onclick: () => {
      open.close();
      edit({ op: 'fill', id: item.id, footage_id: hit.footage_id, in_s: text(hit.in_s) });
    } }, h('img', { src: `still/${hit.footage_id}?t=${Math.round(hit.in_s * 1000)}&h=180`, alt: '' }),
    h('b', {}, hit.title), h('small', {}, `${point(hit.in_s)} · ${hit.why[0]?.quote ?? ''}`))));
    if (!hits.length) list.textContent = 'No footage is long enough and near enough.';
  } catch (error) {
    list.textContent = error.message;
  }
}
