// The assistant: the conversation, the plan's steps, and the card of the step that waits.

import { connect, emit, part, send, soon, state } from './bus.js';
import { button, dialog, fill, h, icon, iconButton, menu, toast } from './dom.js';
import { length, point } from './clock.js';
import { fillCard, madeTakes } from './fills.js';
import { face } from './face.js';
import { folded } from './fold.js';
import { ideaButtons } from './ideas.js';
import { find } from './layout.js';
import { tab, takeTyped } from './outbox.js';

const mine = part();
const DONE = { applied: 'check', skipped: 'minus', failed: 'close', stopped: 'stop' };
let root, chat, brain, meter, watched, goOn, planHead, steps, said = '';
let pending = null; // words on their way to Python
let deciding = ''; // nonce of the proposal a decision is on its way for

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  build();
  connect(gradio);
  bringBack();
  mine.on('plan', () => { pending = null; deciding = ''; paint(); });
  mine.on('pulse', paintMeter);
  mine.on('ask', ask);
  mine.on('approve', approve);
  mine.on('desk', paintPlan);
  mine.on('selection', pointAt);
  mine.on('ask', ask);
  mine.listen(window, 'rc-ask', (event) => { if (!ask(event.detail)) event.preventDefault(); });
}

/** What was typed before the page was loaded again. */
function bringBack() {
  const field = document.querySelector('#rc-words textarea');
  if (!field) { requestAnimationFrame(bringBack); return; }
  const typed = takeTyped(tab);
  if (!typed) return;
  field.value = typed;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

function build() {
  brain = h('span', { class: 'rc-dim' });
  meter = h('div', { class: 'rc-meter', role: 'status', 'aria-live': 'polite', hidden: true });
  watched = h('img', { class: 'rc-watched', alt: 'The shot that is being made', hidden: true });
  chat = h('div', { class: 'rc-chat', role: 'log', 'aria-label': 'Conversation', tabindex: '0' });
  new ResizeObserver(() => { chat.scrollTop = chat.scrollHeight; }).observe(chat);
  goOn = h('li', { class: 'rc-step', hidden: true }, button('Go on', () => { send('rc_advance'); soon(); }, { class: 'rc-button rc-primary' }));
  planHead = h('div', { class: 'rc-planhead' });
  steps = h('ol', { class: 'rc-steps', 'aria-label': 'Plan' });
  root.append(h('header', { class: 'rc-panelhead' }, h('h2', {}, 'Assistant'), brain), chat, meter,
    h('section', { class: 'rc-plan', 'aria-label': 'Plan' }, planHead, steps));
}

/** Words to the assistant; false where they were not sent and are to stay in their field. */
function ask(words) {
  const said_ = String(words ?? '').trim();
  if (!said_) return true;
  if (!state.project) { toast('Open a project first.', 'problem'); return false; }
  if (!send('rc_say', { words: said_, selection: state.selection ?? '' })) return false;
  pending = said_;
  soon();
  paint();
  return true;
}

/** The field of words says what "this clip" would mean. */
function pointAt(id) {
  const field = document.querySelector('#rc-words textarea');
  if (!field) return;
  const item = id && state.desk ? find(state.desk.timeline, id)?.item : null;
  const called = item && (state.byId.get(item.footage_id)?.title || item.wanted || item.name);
  const short = called?.length > 26 ? `${called.slice(0, 25).trimEnd()}…` : called;
  field.placeholder = called ? `“this one” is “${short}”` : 'Describe an edit…';
}

function paint() {
  if (!root?.isConnected || !state.plan) return;
  brain.textContent = state.plan.brain;
  paintChat();
  paintPlan();
}

function paintChat() {
  const all = [...state.plan.messages];
  if (pending) all.push({ id: 'pending', role: 'creator', text: pending });
  const key = all.map((m) => m.id).join();
  if (key === said && chat.childElementCount) return;
  said = key;
  const hello = all.length ? [] : [h('p', { class: 'rc-hello' },
    state.footage.length
      ? `I have looked through ${state.footage.length === 1 ? 'one piece' : `${state.footage.length} pieces`} of footage (${length(state.footage.reduce((s, f) => s + f.duration_s, 0))}). Tell me the story you want and I will propose a plan; nothing changes until you approve each step.`
      : 'Import a folder of footage, then tell me the story you want. Nothing changes until you approve each step.')];
  chat.replaceChildren(...hello, ...all.map((m) => (m.role === 'creator' ? h('div', { class: 'rc-say rc-creator' }, m.text) : folded(m.text, { class: `rc-say rc-${m.role}` }))));
  chat.scrollTop = chat.scrollHeight;
}

function paintMeter() {
  if (!meter) return;
  const { activity } = state.pulse;
  goOn.hidden = !(state.plan?.open && !state.plan.shown && !activity && !pending);
  meter.hidden = !activity && !pending;
  if (meter.hidden) return;
  const share = activity?.share ?? 0;
  watch(activity?.picture);
  const words = `${activity?.what ?? 'thinking'}${activity?.detail ? `: ${activity.detail}` : '…'}`;
  fill(meter, watched, h('span', { class: 'rc-spin' }), h('span', { class: 'rc-grow' }, words),
    share > 0 ? h('progress', { max: 1, value: share, 'aria-label': 'Progress' }) : null,
    button('Stop', () => send('rc_stop'), { class: 'rc-button rc-plain' }));
}

/** The newest picture of the shot that is being made; the one before stays until it is there. */
function watch(picture) {
  if (!picture) { watched.hidden = true; watched.removeAttribute('src'); delete watched.dataset.at; return; }
  if (watched.dataset.at === picture) return;
  watched.dataset.at = picture;
  const next = new Image();
  next.onload = () => { if (watched.dataset.at === picture) { watched.src = next.src; watched.hidden = false; } };
  next.src = `making/${picture}`;
}

function paintPlan() {
  const plan = state.plan;
  if (!root?.isConnected || !plan) return;
  const done = plan.steps.filter((s) => s.status in DONE).length;
  planHead.hidden = steps.hidden = !plan.steps.length;
  planHead.replaceChildren(h('h3', {}, 'Plan'), h('span', { class: 'rc-dim' }, `${done}/${plan.steps.length}`),
    h('div', { class: 'rc-track' }, h('i', { style: { width: `${plan.steps.length ? (done / plan.steps.length) * 100 : 0}%` } })),
    h('span', { class: 'rc-push' }),
    h('button', { type: 'button', class: 'rc-undo', disabled: !state.desk?.can_undo, onclick: () => emit('command', 'undo') }, icon('undo'), 'Undo step'),
    ...(plan.open ? [iconButton('more', 'More', (event) => planMenu(event.currentTarget))] : []));
  const current = plan.shown?.step_id;
  steps.replaceChildren(...plan.steps.map((step, n) => h('li', {
    class: `rc-step rc-${step.status} ${step.id === current ? 'rc-current' : ''}`, 'aria-current': step.id === current ? 'step' : undefined,
  }, h('span', { class: 'rc-num' }, step.status in DONE ? icon(DONE[step.status]) : String(n + 1)),
  h('div', { class: 'rc-stepbody' }, h('p', { class: 'rc-intent' }, step.intent),
    step.id === current ? card(plan.shown) : null,
    step.id !== current && step.answer ? h('p', { class: 'rc-dim', title: step.answer }, step.answer) : null,
    ideaButtons(step, ask), madeTakes(step)))));
  steps.append(goOn);
  paintMeter();
  const here = steps.querySelector('.rc-current');
  if (here && steps.dataset.at !== String(current)) here.scrollIntoView({ block: 'nearest' });
  steps.dataset.at = String(current ?? '');
}

function planMenu(anchor) {
  menu(anchor, [
    ['Plan again…', () => wordsDialog('Plan again', 'What should be different?', (note) => decide('replan', { note }))],
    ['Stop the plan', () => (state.plan.shown ? decide('stop') : send('rc_stop'))],
  ]);
}

// --- the card

function card(shown) {
  const failed = state.plan.steps.find((s) => s.id === shown.step_id)?.status === 'failed';
  return h('div', { class: 'rc-cardbody' },
    shown.fill && !failed ? null : folded(shown.answer, { class: 'rc-answer' }),
    shown.fill ? fillCard(shown.fill, decide, failed) : null,
    shown.changes.length && !shown.fill ? changes(shown) : null,
    shown.reasons.length ? h('ul', { class: 'rc-reasons', 'aria-label': 'Reasons' }, shown.reasons.map(reason)) : null,
    cost(shown), shown.stale ? h('p', { class: 'rc-warn' }, 'The edit changed since this was proposed; it will be proposed anew.') : null,
    h('div', { class: 'rc-actions' },
      failed ? null : h('button', { type: 'button', class: 'rc-button rc-primary', title: 'Approve (Enter)', onclick: approve, disabled: deciding === shown.nonce }, icon('check'), 'Approve'),
      button('Change', () => changeDialog(shown)), button('Skip', () => decide('skip'), { class: 'rc-button rc-plain' }),
      button('Stop', () => decide('stop'), { class: 'rc-button rc-plain' })));
}

function changes(shown) {
  const list = h('ul', {}, shown.changes.slice(0, 40).map((c) => h('li', {}, h('em', { class: `rc-verb rc-verb-${c.verb}` }, c.verb), ` ${c.what}`)));
  return h('details', { class: 'rc-changes', open: shown.changes.length <= 3 ? true : undefined },
    h('summary', {}, `${shown.changes.length} ${shown.changes.length === 1 ? 'change' : 'changes'}${shown.after ? ', shown on the timeline' : ''}`), list);
}

function reason(r) {
  const mark = r.verified === true ? ['check', 'verified', 'Checked against the footage']
    : r.verified === false ? ['close', 'unverified', r.problem || 'The check found nothing that supports this']
      : ['question', 'unchecked', 'Not checked'];
  return h('li', { class: `rc-reason rc-${mark[1]}` }, h('span', { class: 'rc-mark', title: mark[2], 'aria-label': mark[1] }, icon(mark[0])),
    h('div', {}, r.text, r.verified === false ? h('small', { class: 'rc-problem' }, `unverified: ${mark[2]}`) : null,
      h('div', { class: 'rc-evidence' }, r.evidence.filter((e) => e.footage_id).slice(0, 4).map(evidence))));
}

/** A frame of what is cited, its time and words; a click plays it. */
function evidence(e) {
  const known = state.byId.get(e.footage_id);
  return h('button', { type: 'button', class: 'rc-cite', title: `${e.name}: ${e.kind} “${e.quote}”`,
    onclick: () => emit('source', { footage_id: e.footage_id, in_s: e.start_s, out_s: Math.max(e.end_s, e.start_s + 0.5), play: true }) },
  known?.tiles ? face(known, (e.start_s + e.end_s) / 2) : null,
  h('span', {}, h('b', {}, `${point(e.start_s)}–${point(e.end_s)}`), ` ${e.quote || e.name}`));
}

function cost({ effect, cost: c }) {
  if (effect !== 'slow' && effect !== 'paid') return null;
  const parts = [];
  if (c.seconds) parts.push(`about ${c.seconds < 90 ? `${Math.ceil(c.seconds)} s` : length(c.seconds)}`);
  if (c.money_usd) parts.push(`$${c.money_usd.toFixed(2)}`);
  if (c.disk_bytes) parts.push(`${(c.disk_bytes / 1e6).toFixed(0)} MB`);
  return h('p', { class: 'rc-cost' }, `${effect}: ${parts.join(', ') || 'takes a while'}`);
}

// --- decisions

function decide(decision, more = {}) {
  const { shown } = state.plan ?? {};
  if (!shown || deciding === shown.nonce) return;
  deciding = shown.nonce;
  send('rc_decide', { decision, nonce: shown.nonce, action_hash: shown.action_hash, revision: shown.revision, ...more });
  soon();
  paintPlan();
  setTimeout(() => { if (deciding === shown.nonce) { deciding = ''; paintPlan(); } }, 4000);
}

function approve() {
  const step = state.plan?.steps.find((s) => s.id === state.plan.shown?.step_id);
  if (step && step.status !== 'failed') decide('approve');
}

function wordsDialog(title, label, done) {
  const words = h('textarea', { rows: 3, maxlength: 2000, 'aria-label': label, placeholder: label });
  const open = dialog(title, h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    open.close();
    done(words.value.trim());
  } }, words, h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, title))));
  words.focus();
}

/** Change by words, or the tool's own arguments one by one. */
function changeDialog(shown) {
  const words = h('textarea', { rows: 2, maxlength: 2000, 'aria-label': 'What should be different', placeholder: 'Say what should be different, e.g. “two seconds shorter”' });
  const inputs = shown.fields.map((field) => [field, input(field)]);
  const open = dialog('Change this step', h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    const changed = {};
    try {
      for (const [field, element] of inputs) {
        const value = valueOf(field, element);
        if (JSON.stringify(value) !== JSON.stringify(field.value ?? null)) changed[field.name] = value;
      }
    } catch (error) {
      toast(`That argument is not written as JSON: ${error.message}`, 'problem');
      return;
    }
    const more = { note: words.value.trim() };
    if (Object.keys(changed).length) more.arguments = changed;
    if (more.note || more.arguments) decide('change', more);
    open.close();
  } }, words, h('details', { open: true }, h('summary', {}, 'Or set it exactly'), h('div', { class: 'rc-fields' },
    inputs.map(([field, element]) => h('label', {}, h('span', {}, field.name.replaceAll('_', ' ')), element, h('small', { class: 'rc-dim' }, field.label))))),
  h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Propose again'))), { class: 'rc-wide' });
  words.focus();
}

function input(field) {
  const value = field.value ?? '';
  const name = { name: field.name };
  if (field.kind === 'boolean') return h('input', { type: 'checkbox', checked: Boolean(field.value), ...name });
  if (field.kind === 'choice') {
    const choice = h('select', name, field.choices.map((c) => h('option', { value: c }, String(c))));
    choice.value = value;
    return choice;
  }
  if (field.kind === 'json') return h('textarea', { rows: 3, spellcheck: 'false', class: 'rc-code', ...name }, JSON.stringify(field.value ?? null, null, 1));
  const type = field.kind === 'text' ? 'text' : 'number';
  return h('input', { type, value, ...(type === 'number' ? { step: field.kind === 'integer' ? 1 : 'any' } : {}), ...name });
}

function valueOf(field, element) {
  if (field.kind === 'boolean') return element.checked;
  if (field.kind === 'json') return JSON.parse(element.value);
  if (element.value === '' && (field.value ?? null) === null) return null;
  if (field.kind === 'number' || field.kind === 'integer') return element.value === '' ? null : Number(element.value);
  return element.value;
}
