// Footage: cards with hover scrub and summary, search for moments, import, corrections.

import { connect, emit, part, read, send, state } from './bus.js';
import { button, dialog, h, icon, iconButton, settle } from './dom.js';
import { length, point } from './clock.js';
import { bringHere, importDialog, underWay } from './bring.js';
import { openDrawer } from './drawer.js';
import { face, showFace } from './face.js';
import { openTrim } from './trim.js';

const mine = part();
const FILTERS = {
  All: () => true,
  Unused: (f) => !f.in_use && f.status !== 'rejected',
  'In use': (f) => f.in_use,
  Portrait: (f) => f.has_picture && f.height > f.width,
  'With sound': (f) => f.has_sound,
  Generated: (f) => Boolean(f.generated),
  Rejected: (f) => f.status === 'rejected',
};
const AT_ONCE = 24; // cards that are made together
let root, count, grid, search, note, filter, hover, clear, coming;
let cards = new Map(); // what a card shows -> the card, so that one that changed is made alone
let most = AT_ONCE; // cards that are made, until somebody comes near the last
let end; // sees that
let found = null; // the answer to a search, null: no search
let ticket = 0;
let pause;

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  build();
  connect(gradio);
  mine.on('footage', paint);
  mine.on('search', () => { search.focus(); search.select(); });
  mine.on('import', importDialog);
  mine.on('pulse', paintComing);
  bringHere(mine);
}

function build() {
  count = h('span', { class: 'rc-dim rc-count' });
  filter = h('select', { class: 'rc-filter', 'aria-label': 'Show', onchange: () => { most = AT_ONCE; paint(); } },
    Object.keys(FILTERS).map((name) => h('option', { value: name }, name)));
  search = h('input', { type: 'search', placeholder: 'Search moments, e.g. “calm sea at dusk”', 'aria-label': 'Search moments',
    maxlength: 400, oninput: later, onkeydown: (event) => {
      if (event.key === 'Escape') { search.value = ''; look(); search.blur(); }
      if (event.key === 'Enter') look();
      if (event.key === 'ArrowDown') { event.preventDefault(); grid.querySelector('.rc-card')?.focus(); }
      event.stopPropagation();
    } });
  clear = iconButton('close', 'Clear search', () => { search.value = ''; look(); }, { hidden: true });
  coming = h('button', { type: 'button', class: 'rc-coming-in', hidden: true, title: 'Show the jobs', onclick: () => openDrawer('jobs') });
  note = h('div', { class: 'rc-note', role: 'status', 'aria-live': 'polite' });
  grid = h('div', { class: 'rc-grid', role: 'list', 'aria-label': 'Footage' });
  grid.addEventListener('keydown', onKeys);
  grid.addEventListener('scroll', hideHover, { passive: true });
  end = new IntersectionObserver((seen) => { if (seen.at(-1).isIntersecting) { most += AT_ONCE; paint(); } }, { root: grid, rootMargin: '400px' });
  root.append(
    h('header', { class: 'rc-panelhead' }, h('h2', {}, 'Footage'), count, filter,
      button('+ Import', importDialog)),
    h('div', { class: 'rc-searchbox' }, icon('search'), search, clear), coming, note, grid);
}

/** While footage comes in: how far, and that what is in can be searched already. */
function paintComing() {
  const job = underWay();
  coming.hidden = !job;
  if (!job) return;
  if (!coming.firstChild) coming.replaceChildren(h('span', { class: 'rc-spin' }), h('span', {}), h('progress', { max: 1, 'aria-label': 'Ingest' }));
  coming.children[1].textContent = /^(listening to|looking at) /.test(job.detail) ? `L${job.detail.slice(1)}; all else can be searched`
    : job.all ? `Watching ${job.done} of ${job.all}; what is in can be searched` : job.detail || 'Getting ready';
  coming.children[2].value = job.progress;
}

function later() {
  clearTimeout(pause);
  pause = setTimeout(look, 180);
}

async function look() {
  clearTimeout(pause);
  const words = search.value.trim();
  const now = ++ticket;
  clear.hidden = !words;
  if (!words) { found = null; paint(); return; }
  const slow = setTimeout(() => { if (now === ticket) note.textContent = 'Searching…'; }, 400);
  try {
    const answer = await read(`view/search?q=${encodeURIComponent(words)}`);
    if (now === ticket) { found = answer; paint(); }
  } catch (error) {
    if (now === ticket) { found = null; paint(); note.textContent = error.message; }
  } finally {
    clearTimeout(slow);
  }
}

function paint() {
  if (!root?.isConnected) return;
  hideHover();
  end.disconnect();
  const focused = grid.contains(document.activeElement) ? document.activeElement.dataset : null;
  const shown = state.footage.filter(FILTERS[filter.value]);
  const ids = new Set(shown.map((f) => f.id));
  if (found) {
    const hits = found.hits.filter((hit) => ids.has(hit.footage_id));
    count.textContent = `${hits.length} found`;
    note.textContent = found.confident ? '' : found.reason || 'Nothing like that in this footage.';
    grid.replaceChildren(...hits.map(hitCard));
    cards = new Map();
    grid.classList.toggle('rc-unsure', !found.confident);
  } else {
    count.textContent = filter.value === 'All' ? String(state.footage.length) : `${shown.length} of ${state.footage.length}`;
    note.textContent = '';
    const before = cards;
    cards = new Map(shown.slice(0, most).map((item) => [JSON.stringify(item), item]));
    for (const [key, item] of cards) cards.set(key, before.get(key) ?? footageCard(item));
    settle(grid, [...cards.values()]);
    if (shown.length > most) end.observe(grid.lastElementChild);
    grid.classList.remove('rc-unsure');
    if (!state.footage.length) {
      grid.append(h('div', { class: 'rc-empty' }, h('p', {}, underWay() ? 'The first file is being watched.' : 'No footage yet.')));
    }
  }
  if (focused) [...grid.children].find((c) => c.dataset.id === focused.id && c.dataset.in === focused.in)?.focus({ preventScroll: true });
}

function footageCard(item) {
  const span = { footage_id: item.id, in_s: 0, out_s: item.duration_s };
  const rejected = item.status === 'rejected';
  const meta = rejected ? item.reason : item.status === 'partial' ? `partial: ${item.reason}` : '';
  return card(item, span, {
    at: item.duration_s / 3, title: item.title, meta, badge: length(item.duration_s), rejected,
  });
}

function hitCard(hit) {
  const item = state.byId.get(hit.footage_id);
  const why = hit.why[0];
  return card(item, { footage_id: hit.footage_id, in_s: hit.in_s, out_s: hit.out_s }, {
    at: (hit.in_s + hit.out_s) / 2, title: hit.title, badge: `${point(hit.in_s)}–${point(hit.out_s)}`,
    meta: `match ${Math.round(hit.score * 100)}%`, why: why ? `${why.kind}: ${why.quote}` : '', hit,
  });
}

function card(item, span, { at, title, meta, badge, why, rejected, hit }) {
  // what was found shows its own second, from the strip that serves all of them
  const picture = hit && item.tiles ? face(item, at) : item.has_picture && !rejected
    ? h('img', { src: `still/${item.id}?t=${Math.round(at * 1000)}&h=180&v=${item.stamp}`, alt: '', loading: 'lazy', draggable: 'false' })
    : h('div', { class: 'rc-nopicture' }, icon(item.has_sound ? 'note' : 'film'));
  const scrub = face(item, null, 'rc-scrub');
  const element = h('div', {
    class: `rc-card ${rejected ? 'rc-rejected' : ''}`, role: 'listitem', tabindex: '0', draggable: rejected ? 'false' : 'true',
    dataset: { id: item.id, in: span.in_s, out: span.out_s }, 'aria-label': `${title}, ${badge}${meta ? `, ${meta}` : ''}`,
  }, h('div', { class: 'rc-thumb' }, picture, scrub,
    item.in_use ? h('span', { class: 'rc-badge rc-inuse' }, 'IN USE') : null,
    item.generated ? h('span', { class: 'rc-badge rc-aibadge' }, item.generated) : null,
    rejected ? null : h('span', { class: 'rc-badge rc-length' }, badge),
    rejected ? null : h('button', { type: 'button', class: 'rc-add', title: 'Add to the timeline (Enter)', 'aria-label': `Add ${title} to the timeline`, tabindex: '-1',
      onclick: (event) => { event.stopPropagation(); emit('edit-insert', moment(item, span, hit)); } }, icon('plus'))),
  h('b', { title: item.name }, title), meta ? h('small', {}, meta) : null, why ? h('small', { class: 'rc-why', title: why }, why) : null);
  if (rejected) return element;
  element.addEventListener('click', () => emit('source', { ...span }));
  element.addEventListener('dblclick', () => trimBefore(item, span));
  element.addEventListener('dragstart', (event) => {
    event.dataTransfer.setData('application/x-roughcut', JSON.stringify(moment(item, span, hit)));
    event.dataTransfer.effectAllowed = 'copy';
    hideHover();
  });
  element.addEventListener('pointermove', (event) => scrubOver(event, item, scrub, span));
  element.addEventListener('pointerleave', () => { scrub.firstChild.style.backgroundImage = 'none'; hideHover(); });
  element.addEventListener('pointerenter', () => laterHover(element, item, hit));
  element.addEventListener('focus', () => laterHover(element, item, hit));
  element.addEventListener('blur', hideHover);
  return element;
}

/** What adding a card adds: a hit as it is, a whole source at most five seconds of it. */
function moment(item, span, hit) {
  return hit ? span : { ...span, out_s: Math.min(span.out_s, span.in_s + 5) };
}

function scrubOver(event, item, scrub, span) {
  if (!item.tiles || event.buttons) return;
  const bounds = scrub.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width));
  showFace(scrub, item, span.in_s + share * (span.out_s - span.in_s));
  scrub.style.setProperty('--rc-at', `${share * 100}%`);
}

// --- the summary that opens beside a card

let hovering;

function laterHover(element, item, hit) {
  clearTimeout(hovering);
  hovering = setTimeout(() => showHover(element, item, hit), 350);
}

function showHover(element, item, hit) {
  hideHover();
  if (!element.isConnected) return;
  hover = h('div', { class: 'rc-hover', role: 'tooltip' }, h('b', {}, item.title),
    item.summary ? h('p', {}, item.summary) : null,
    hit ? h('ul', {}, hit.why.slice(0, 4).map((w) => h('li', {}, h('em', {}, w.kind), ` ${w.quote}`))) : null,
    item.topics.length ? h('p', { class: 'rc-dim' }, item.topics.map((t) => `#${t}`).join(' ')) : null,
    h('p', { class: 'rc-dim' }, `${item.name} · ${item.width ? `${item.width}×${item.height} · ` : ''}${length(item.duration_s)}`));
  document.body.append(hover);
  const place = element.getBoundingClientRect();
  const box = hover.getBoundingClientRect();
  hover.style.left = `${Math.min(place.right + 10, innerWidth - box.width - 10)}px`;
  hover.style.top = `${Math.max(8, Math.min(place.top, innerHeight - box.height - 10))}px`;
}

function hideHover() {
  clearTimeout(hovering);
  hover?.remove();
  hover = null;
}

function onKeys(event) {
  const card_ = event.target.closest('.rc-card');
  if (!card_) return;
  const all = [...grid.querySelectorAll('.rc-card')];
  const here = all.indexOf(card_);
  const columns = Math.max(1, Math.round(grid.clientWidth / (card_.offsetWidth + 8)));
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[event.key];
  const item = state.byId.get(card_.dataset.id);
  if (by) all[Math.min(all.length - 1, Math.max(0, here + by))].focus();
  else if (event.key === 'Enter' && item.status !== 'rejected') {
    emit('edit-insert', moment(item, { footage_id: item.id, in_s: Number(card_.dataset.in), out_s: Number(card_.dataset.out) }, found));
  } else if (event.key === 'e') details(item);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** The trim window before the footage is used; below it, what is known and can be corrected. */
function trimBefore(item, span) {
  if (!item.tiles) { details(item); return; }
  const rate = state.desk?.timeline.rate ?? 25;
  openTrim(item.id, { in_s: span.in_s, out_s: span.out_s, from_s: 0, to_s: item.duration_s, action: 'Add to timeline', rate,
    more: button('Correct what is known…', () => details(item)) },
  (chosen) => emit('edit-insert', { footage_id: item.id, ...chosen }));
}

/** What a network named in one second, and a way to take it out; `correct` has the value and the row. */
function looksLike(thing, correct) {
  const row = h('small', {}, `looks like: ${thing.told} `,
    h('button', { type: 'button', class: 'rc-link', 'aria-label': `No ${thing.word} here`, onclick: () => correct(`no ${thing.word}`, row) }, 'not this'));
  return row;
}

function details(item) {
  hideHover();
  const title = h('input', { type: 'text', value: item.title, maxlength: 200, 'aria-label': 'Title' });
  const summary = h('textarea', { rows: 4, maxlength: 2000, 'aria-label': 'Summary' }, item.summary);
  const rows = h('div', { class: 'rc-moments' }, 'Reading…');
  const say = (field, value, span = {}) => send('rc_correct', { footage_id: item.id, field, value, ...span });
  const open = dialog(item.name, h('form', { class: 'rc-form rc-details', onsubmit: (event) => {
    event.preventDefault();
    if (title.value.trim() && title.value !== item.title) say('title', title.value.trim());
    if (summary.value.trim() && summary.value !== item.summary) say('summary', summary.value.trim());
    open.close();
  } }, h('label', {}, 'Title', title), h('label', {}, 'Summary', summary),
  h('h3', {}, 'Second by second'), rows,
  h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Save corrections'))), { class: 'rc-wide' });
  read(`view/moments/${item.id}`).then((all) => {
    rows.replaceChildren(...all.map((m) => h('div', { class: 'rc-moment' },
      h('button', { type: 'button', class: 'rc-time', onclick: () => { open.close(); emit('source', { footage_id: item.id, in_s: m.start_s, out_s: m.end_s, play: true }); } }, point(m.start_s)),
      h('input', { type: 'text', value: m.caption, 'aria-label': `Caption at ${point(m.start_s)}`, onchange: (event) =>
        say('caption', event.target.value.trim(), { start_s: String(m.start_s), end_s: String(m.end_s) }) }),
      m.speech ? h('small', {}, `“${m.speech}”`) : null, m.screen_text ? h('small', {}, `on screen: ${m.screen_text}`) : null,
      ...m.things.map((thing) => looksLike(thing, (value, row) => { say('thing', value, { start_s: String(m.start_s), end_s: String(m.end_s) }); row.remove(); })))));
  }, (error) => { rows.textContent = error.message; });
}
