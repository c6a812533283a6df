// The coverage map: beats as columns, what stands for each, what else could, and ways out of a
// hole. Every swap and fill is an edit by hand: the same operations, the same history.

import { edit, emit, read, set, state } from './bus.js';
import { button, h, icon, iconButton } from './dom.js';
import { length, point, text } from './clock.js';
import { holeCard } from './holes.js';
import { overlooked } from './overlooked.js';
import { moment } from './moment.js';

const TABS = [['beats', 'Beats'], ['overlooked', 'What did I overlook?'], ['reshoot', 'Reshoot list']];
let box, body, tabs, tab = 'beats', asked = 0, later, before;
const chosen = new Map(); // beat -> the pick that a swap would replace

/** The map heard by `part`: it opens on "coverage" and follows the edit. */
export function coverageMap(part) {
  box?.remove();
  box = null;
  part.on('coverage', toggle);
  part.on('source', close); // the player is behind it
  part.on('desk', () => { if (box) { clearTimeout(later); later = setTimeout(draw, 250); } });
}

function toggle(which) {
  if (box && (!which || which === tab)) { close(); return; }
  tab = which ?? 'beats';
  if (!box) build();
  draw();
}

function close() {
  box?.remove();
  box = null;
  set('coverageOpen', false);
  before?.focus?.({ preventScroll: true });
}

function build() {
  before = document.activeElement;
  tabs = h('div', { class: 'rc-tabs', role: 'tablist', 'aria-label': 'Coverage' }, TABS.map(([name, words]) =>
    h('button', { type: 'button', role: 'tab', dataset: { tab: name }, onclick: () => { tab = name; draw(); } }, words)));
  body = h('div', { class: 'rc-sheetbody', role: 'tabpanel' });
  box = h('section', { class: 'rc-sheet', 'aria-label': 'Coverage map' },
    h('header', {}, tabs, h('span', { class: 'rc-push' }), iconButton('close', 'Close (B)', close)), body);
  box.addEventListener('keydown', (event) => { if (event.key === 'Escape') { event.stopPropagation(); close(); } });
  document.body.append(box);
  tabs.firstChild.focus({ preventScroll: true });
  set('coverageOpen', true);
}

async function draw() {
  if (!box) return;
  for (const one of tabs.children) one.setAttribute('aria-selected', String(one.dataset.tab === tab));
  const now = ++asked;
  body.setAttribute('aria-label', TABS.find(([name]) => name === tab)[1]);
  if (!body.firstChild) body.replaceChildren(h('p', { class: 'rc-dim rc-wait' }, 'Looking through the footage…'));
  try {
    const parts = tab === 'beats' ? beats(await read('view/coverage')) : tab === 'overlooked' ? overlooked(await read('view/overlooked')) : reshoot();
    if (now !== asked || !box) return;
    const scrolled = [body.scrollLeft, body.scrollTop];
    body.className = `rc-sheetbody rc-${tab}`;
    body.replaceChildren(...parts);
    [body.scrollLeft, body.scrollTop] = scrolled;
  } catch (error) {
    if (now === asked && box) body.replaceChildren(h('p', { class: 'rc-warn' }, error.message));
  }
}

// --- beats

function beats(map) {
  if (!map.beats.length) {
    return [h('div', { class: 'rc-nothing' }, icon('grid'), h('p', {}, 'No beats yet.'),
      h('p', { class: 'rc-dim' }, 'Ask the assistant for a film, and each part of it stands here as a column: what was chosen, what else could show it, and what is missing.'),
      button('Write to the assistant', () => { close(); document.querySelector('#rc-words textarea, #rc-words input')?.focus(); }))];
  }
  const columns = map.beats.map((beat) => column(beat, map.proposed));
  if (map.rest.length) columns.push(restColumn(map.rest));
  return map.proposed ? [h('p', { class: 'rc-note rc-proposed' }, 'This is what is proposed. Approve it, then picks can be swapped here.'), ...columns] : columns;
}

function column(beat, proposed) {
  if (!beat.picks.some((pick) => pick.id === chosen.get(beat.words))) chosen.set(beat.words, beat.picks[0]?.id);
  const hole = beat.holes[0];
  const could = beat.could_show === 1 ? '1 file could show it' : `${beat.could_show} files could show it`;
  return h('article', { class: `rc-beat ${hole ? 'rc-holed' : ''}`, 'aria-label': beat.words },
    h('header', {}, h('h3', { title: beat.words }, beat.words), h('small', { class: 'rc-dim' }, beat.asked ? could : `${could} · found in the footage`)),
    beat.picks.map((pick) => pickCard(pick, beat, proposed)),
    beat.holes.map((gap) => holeCard(gap, beat, proposed)),
    beat.moments.length ? h('h4', {}, beat.picks.length ? 'Could also show it' : 'Could show it') : h('p', { class: 'rc-dim rc-none' }, beat.picks.length ? 'Nothing else shows it.' : ''),
    beat.moments.map((one) => moment(one, {
      act: proposed ? null : [beat.picks.length ? 'Swap in' : 'Fill with it', () => take(one, beat)],
      note: one.in_use ? 'this file is in the cut' : '',
    })));
}

function take(one, beat) {
  const span = { footage_id: one.footage_id, in_s: text(one.in_s) };
  if (beat.picks.length) edit({ op: 'swap', id: chosen.get(beat.words), ...span, out_s: text(one.out_s) });
  else edit({ op: 'fill', id: beat.holes[0].id, ...span });
}

function pickCard(pick, beat, proposed) {
  const mine = chosen.get(beat.words) === pick.id;
  const several = beat.picks.length > 1 && !proposed;
  const card = moment({ ...pick, why: pick.why }, {
    chosen: several && mine, mark: pick.generated ? 'generated' : `at ${point(pick.start_s)}`,
    act: several ? [mine ? 'A swap replaces this' : 'Swap this one', () => { chosen.set(beat.words, pick.id); draw(); }] : null,
    onclick: () => { if (!proposed) { set('selection', pick.id); emit('seek', pick.start_s); } },
  });
  card.classList.add('rc-pick');
  return card;
}

function restColumn(rest) {
  return h('article', { class: 'rc-beat', 'aria-label': 'Other clips' },
    h('header', {}, h('h3', {}, 'Other clips'), h('small', { class: 'rc-dim' }, 'they stand for no beat')),
    rest.map((pick) => pickCard(pick, { words: '', picks: rest.slice(0, 1) }, false)));
}

// --- what is to be filmed

function reshoot() {
  const list = (state.desk?.timeline.markers ?? []).filter((marker) => marker.kind === 'reshoot');
  if (!list.length) return [h('div', { class: 'rc-nothing' }, icon('camera'), h('p', {}, 'Nothing is to be filmed again.'), h('p', { class: 'rc-dim' }, 'Put a hole on this list in the coverage map; it leaves with the timeline as a marker.'))];
  const words = (marker) => marker.text.replace(/^Reshoot: /, '');
  const rows = list.map((marker) => h('li', {}, icon('camera'), h('b', {}, words(marker)),
    h('span', { class: 'rc-dim' }, `${length(marker.end_s - marker.start_s)} at ${point(marker.start_s)}`),
    button('Off the list', () => edit({ op: 'unnote', id: marker.id }), { class: 'rc-button rc-plain' })));
  return [h('ol', { class: 'rc-reshootlist' }, rows), h('div', {}, button('Save as text', () => save(list.map((m) => `- ${words(m)} (${(m.end_s - m.start_s).toFixed(1)} s, at ${point(m.start_s)})`))))];
}

function save(lines) {
  const url = URL.createObjectURL(new Blob([`Reshoot list\n\n${lines.join('\n')}\n`], { type: 'text/plain' }));
  const link = h('a', { href: url, download: 'reshoot-list.txt', hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  URL.revokeObjectURL(url);
}
