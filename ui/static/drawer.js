// The drawer at the right: one thing at a time, beside the work and not over it; Escape closes it.

import { set, state } from './bus.js';
import { h, iconButton } from './dom.js';

const known = new Map(); // name -> { title, body, onopen }
let box, heading, hold, before;

/** A drawer called `name` that shows `body`; `onopen` is told each time it opens. */
export function drawer(name, title, body, onopen = () => {}) {
  known.set(name, { title, body, onopen });
  if (state.drawer === name) openDrawer(name);
}

export function toggleDrawer(name) {
  if (state.drawer === name) closeDrawer(); else openDrawer(name);
}

export function openDrawer(name) {
  const wanted = known.get(name);
  if (!wanted) return;
  if (!box?.isConnected) build();
  if (!state.drawer) before = document.activeElement;
  heading.textContent = wanted.title;
  box.setAttribute('aria-label', wanted.title);
  hold.replaceChildren(wanted.body);
  box.hidden = false;
  set('drawer', name);
  wanted.onopen();
  box.querySelector('button').focus({ preventScroll: true });
}

export function closeDrawer() {
  if (!box || box.hidden) return;
  box.hidden = true;
  set('drawer', null);
  if (before?.isConnected) before.focus({ preventScroll: true });
}

function build() {
  heading = h('h2', {});
  hold = h('div', { class: 'rc-drawerbody' });
  box = h('aside', { class: 'rc-drawer', hidden: true, role: 'region' },
    h('header', {}, heading, iconButton('close', 'Close', closeDrawer)), hold);
  window.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || box.hidden || document.querySelector('dialog[open], :popover-open')) return;
    if (!box.contains(document.activeElement) && document.activeElement !== document.body) return;
    event.stopPropagation();
    closeDrawer();
  }, true);
  window.addEventListener('rc-ask', closeDrawer); // the answer comes where the drawer stands
  document.body.append(box);
}
