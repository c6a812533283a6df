// Settings: what each model is, a real call to try it, approval, caps and the meter, the look.

import { emit, read, send } from './bus.js';
import { button, h, iconButton } from './dom.js';
import { clockTime } from './clock.js';
import { drawer, openDrawer } from './drawer.js';

const LOOKS = [['dark', 'Dark'], ['light', 'Light'], ['system', 'As the system']];
let body, inputs = new Map();

export function settingsDrawer(part) {
  body = h('div', { class: 'rc-settings' });
  drawer('settings', 'Settings', body, load);
  part.on('tested', told);
  part.on('preferences', (list) => body.querySelector('.rc-preferred')?.replaceWith(preferences(list)));
  part.on('settings', () => openDrawer('settings'));
}

async function load() {
  body.replaceChildren(h('p', { class: 'rc-dim' }, 'Reading…'));
  try {
    const [view, preferred] = await Promise.all([read('view/settings'), read('view/preferences')]);
    inputs = new Map();
    body.replaceChildren(appearance(), meter(view), preferences(preferred), ...view.groups.map(group), h('p', { class: 'rc-dim' }, view.always_asked),
      h('div', { class: 'rc-save' }, button('Save', save, { class: 'rc-button rc-primary' }), h('span', { class: 'rc-dim' }, 'Saved into roughcut.toml; the page opens anew.')));
  } catch (error) {
    body.replaceChildren(h('p', { class: 'rc-warn' }, error.message));
  }
}

function appearance() {
  let now = 'dark';
  try { now = localStorage.getItem('rc-look') ?? 'dark'; } catch { /* it stays dark */ }
  const choose = (name) => () => {
    try { localStorage.setItem('rc-look', name); } catch { /* it lasts as long as the page */ }
    dispatchEvent(new Event('rc-look'));
    emit('look', name);
  };
  return h('fieldset', { class: 'rc-group' }, h('legend', {}, 'Appearance'), h('div', { class: 'rc-looks' }, LOOKS.map(([name, words]) =>
    h('label', {}, h('input', { type: 'radio', name: 'rc-look', value: name, checked: name === now, onchange: choose(name) }), words))));
}

/** What is preferred, in sentences: each can be reworded or forgotten. */
function preferences(list) {
  const line = (one, number) => {
    const words = h('input', { type: 'text', maxlength: 400, value: one.sentence, 'aria-label': `Preference ${number}`, title: one.because,
      onchange: () => { if (words.value.trim() && words.value !== one.sentence) send('rc_prefer', { action: 'keep', number, words: words.value.trim() }); } });
    return h('li', {}, words, iconButton('close', `Forget: ${one.sentence}`, () => send('rc_prefer', { action: 'forget', number })),
      one.learned_from.length ? learned(one) : h('small', { class: 'rc-dim' }, one.because));
  };
  const added = h('input', { type: 'text', maxlength: 400, placeholder: 'shots of about 2 s · never use dogs · open on the sea', 'aria-label': 'A new preference' });
  return h('fieldset', { class: 'rc-group rc-preferred' }, h('legend', {}, 'What you prefer'),
    list.length ? h('ul', {}, list.map((one, n) => line(one, n + 1)))
      : h('p', { class: 'rc-dim' }, 'Nothing yet. What you always do is noticed after three films; or say it here.'),
    h('form', { class: 'rc-testline', onsubmit: (event) => {
      event.preventDefault();
      if (added.value.trim()) send('rc_prefer', { action: 'keep', words: added.value.trim() });
    } }, added, h('button', { type: 'submit', class: 'rc-button' }, 'Keep')));
}

/** Why it is thought so, and folded away which films taught it. */
function learned(one) {
  return h('details', { class: 'rc-dim' }, h('summary', {}, `${one.because}: learned from…`), h('ul', {}, one.learned_from.map((lesson) =>
    h('li', { title: lesson.step }, h('span', {}, `“${lesson.film}”`), h('time', { datetime: lesson.at }, clockTime(lesson.at))))));
}

function meter(view) {
  return h('fieldset', { class: 'rc-group' }, h('legend', {}, 'Used for this goal'), h('ul', { class: 'rc-meters' }, view.meter.map((row) =>
    h('li', {}, h('span', {}, row.what), h('progress', { max: row.most || 1, value: row.used, 'aria-label': row.what }),
      h('em', {}, `${Number(row.used.toFixed(2))} of ${row.most}`)))));
}

function group(one) {
  const answer = h('p', { class: 'rc-tested', role: 'status', dataset: { part: one.name } });
  const key = one.key ? h('p', { class: 'rc-dim' }, `Key: ${one.key_set ? 'set' : 'not set'}. `,
    one.key_set ? 'It is never shown.' : `Set ROUGHCUT_${one.key.toUpperCase()} in the environment, or ${one.key} in roughcut.toml.`) : null;
  return h('fieldset', { class: 'rc-group' }, h('legend', {}, one.title), one.fields.map(field), key,
    one.can_test ? h('div', { class: 'rc-testline' }, button('Test this model', (event) => test(one.name, event.currentTarget, answer), { 'aria-label': `Test this model: ${one.title}` }), answer) : null);
}

function field(one) {
  const id = `rc-set-${one.name}`;
  const kinds = {
    switch: () => h('input', { type: 'checkbox', checked: Boolean(one.value) }),
    choice: () => { const box = h('select', {}, one.choices.map((choice) => h('option', { value: choice }, choice))); box.value = one.value; return box; },
    number: () => h('input', { type: 'number', step: 'any', min: 0, value: one.value }),
    text: () => h('input', { type: 'text', maxlength: 400, spellcheck: 'false', value: one.value }),
  };
  const input = kinds[one.kind]();
  Object.assign(input, { id, disabled: one.fixed });
  input.setAttribute('aria-describedby', `${id}-help`);
  inputs.set(one.name, [one, input]);
  return h('div', { class: `rc-setting rc-${one.kind}` }, h('label', { for: id }, one.label), input,
    h('small', { id: `${id}-help`, class: 'rc-dim' }, one.fixed ? 'set by the environment' : one.help));
}

/** What stands otherwise on the page than in the project. */
function changes() {
  const found = {};
  for (const [name, [one, input]] of inputs) {
    if (one.fixed) continue;
    const value = one.kind === 'switch' ? input.checked : one.kind === 'number' ? Number(input.value) : input.value.trim();
    if (value !== one.value && !(one.kind === 'number' && input.value === '')) found[name] = value;
  }
  return found;
}

function test(part, asked, answer) {
  asked.disabled = true;
  answer.className = 'rc-tested';
  answer.textContent = 'Calling it…';
  send('rc_test', { part, changes: changes() });
}

function told(result) {
  const answer = body.querySelector(`.rc-tested[data-part="${CSS.escape(result.part)}"]`);
  if (!answer) return;
  answer.previousSibling.disabled = false;
  if (document.activeElement === document.body) answer.previousSibling.focus({ preventScroll: true });
  answer.className = `rc-tested ${result.ok ? 'rc-ok' : 'rc-bad'}`;
  answer.textContent = `${result.ok ? '✓' : '✗'} ${result.words}${result.seconds === undefined ? '' : ` (${result.seconds} s)`}`;
}

function save() {
  const found = changes();
  if (Object.keys(found).length) send('rc_set', { changes: found });
}
