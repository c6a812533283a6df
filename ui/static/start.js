// The first screen: what Roughcut is, and three ways to begin. Also the dialog for another project.

import { on, read, send, set, state } from './bus.js';
import { button, dialog, h, icon, iconButton } from './dom.js';

const HOW = [
  ['Bring footage', 'A folder is watched and listened to where it lies. Nothing is changed, moved or sent anywhere.'],
  ['Say what the film should be', '“A calm 30 second reel of the beach day, end on a sunset.” Or drag moments by hand.'],
  ['Approve each step', 'Every step shows what it would change and why. Nothing happens before you approve; all of it can be undone.'],
];
let screen;

/** The screen of an app without a project. */
export function welcome() {
  if (screen?.isConnected) return;
  screen = h('main', { class: 'rc-welcome', 'aria-label': 'Welcome' },
    h('div', { class: 'rc-welcomebox' },
      h('h1', {}, h('i', {}), 'Roughcut'),
      h('p', { class: 'rc-lead' }, 'From a folder of footage and a sentence to a rough cut you can open anywhere.'),
      h('ol', { class: 'rc-how' }, HOW.map(([title, words], n) => h('li', {}, h('b', {}, h('em', {}, String(n + 1)), title), h('p', {}, words)))),
      h('div', { class: 'rc-ways-in' },
        h('section', {}, h('h2', {}, icon('folder'), 'Your own project'), recentList(), projectForm()),
        h('section', {}, h('h2', {}, icon('spark'), 'Look around first'),
          h('p', { class: 'rc-dim' }, 'Fifteen short clips are painted on this machine and watched, in a folder “Roughcut sample” in your home. It takes a few minutes and no network.'),
          h('footer', {}, button('Open the sample project', sample, { id: 'rc-sample' }))))));
  document.body.append(screen);
  screen.querySelector('input').focus();
}

/** Away with it: a project is open. */
export function left() {
  screen?.remove();
}

function sample(event) {
  event.currentTarget.disabled = true;
  send('rc_sample');
  setTimeout(() => { const again = screen?.querySelector('#rc-sample'); if (again) again.disabled = false; }, 6000);
}

/** The projects opened last; one that is gone can be taken off the list. */
function recentList() {
  const list = h('ul', { class: 'rc-recent', 'aria-label': 'Recent projects' });
  const paint = () => {
    const shown = (state.recent ?? []).filter((one) => !state.project || one.id !== state.project.id);
    list.hidden = !shown.length;
    list.replaceChildren(...shown.map((one) => h('li', { class: one.there ? '' : 'rc-gone' },
      h('button', { type: 'button', disabled: !one.there, onclick: () => send('rc_reopen', { id: one.id }) },
        h('b', {}, one.name), h('small', { class: 'rc-dim' }, one.there ? `in ${one.place}` : `not in ${one.place} any more`)),
      iconButton('close', `Take ${one.name} off this list`, () => send('rc_forget', { id: one.id })))));
  };
  const off = on('recent', () => { if (list.isConnected) paint(); else off(); });
  paint();
  return list;
}

function projectForm() {
  const folder = h('input', { type: 'text', placeholder: '/home/me/films/beach-day', maxlength: 4096, spellcheck: 'false', autocomplete: 'off', id: 'rc-projectfolder' });
  const go = (create) => () => {
    if (folder.value.trim()) send('rc_open', { folder: folder.value.trim(), create });
    else folder.focus();
  };
  return h('form', { class: 'rc-form', onsubmit: (event) => { event.preventDefault(); go(false)(); } },
    h('label', {}, 'Project folder on this machine', folder),
    h('p', { class: 'rc-dim' }, 'A project is a folder with its own store. Your footage stays where it is.'),
    h('footer', {}, button('Make new', go(true)), h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Open')));
}

/** Another project opened in place of this one. */
export function openProject() {
  if (!state.project) { welcome(); return; }
  read('view/recent').then((found) => set('recent', found)).catch(() => {});
  const open = dialog('Open or make a project', h('div', {}, recentList(), projectForm(),
    h('p', { class: 'rc-orelse' }, 'Or ', h('button', { type: 'button', class: 'rc-link', onclick: () => send('rc_sample') }, 'open the sample project'))));
  open.querySelector('input').focus();
}
