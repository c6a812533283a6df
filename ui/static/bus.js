// What the parts of the page share: the state Python sent, the channels back to it, the pulse.
// Python owns the truth; this only holds the last view of it.

import { applied } from './layout.js';
import { toast } from './dom.js';
import { keep, keepTyped, kept, tab } from './outbox.js';

export const state = {
  project: null, desk: null, plan: null, footage: [], byId: new Map(),
  pulse: { jobs: [], activity: null, problem: '' }, online: true,
  selection: null, playhead: 0, loaded: false, previewing: false, drawer: null,
  compared: null, // { name, edit_id, timeline } of a version that is looked at beside the edit
};
const heard = new Map();
const channels = new Map();

export function on(topic, fn) {
  if (!heard.has(topic)) heard.set(topic, new Set());
  heard.get(topic).add(fn);
  return () => heard.get(topic).delete(fn);
}

export function emit(topic, detail) {
  for (const fn of heard.get(topic) ?? []) fn(detail);
}

export function set(topic, value) {
  state[topic] = value;
  emit(topic, value);
}

const LOOKED_AT = ['desk', 'plan', 'footage', 'pulse']; // of a project that is open

/** Subscriptions of one part; a second mount of the part ends those of the first.
 *
 * A part whose module comes after the first look at the project hears what was told before.
 */
export function part() {
  let offs = [];
  return {
    reset() { offs.forEach((off) => off()); offs = []; },
    on(topic, fn) {
      offs.push(on(topic, fn));
      const told = server && (topic === 'project' || (state.project && LOOKED_AT.includes(topic)));
      if (told) queueMicrotask(() => fn(state[topic]));
    },
    listen(target, name, fn, options) {
      target.addEventListener(name, fn, options);
      offs.push(() => target.removeEventListener(name, fn, options));
    },
  };
}

/** Tie a gr.HTML part to the bus: its events go out, its values come in. */
export function connect({ trigger, watch, props, events }) {
  for (const name of events) channels.set(name, trigger);
  if (events.length) watch('value', () => { if (props.value) receive(JSON.parse(props.value)); });
  if (!state.loaded) { state.loaded = true; refresh(); beat(); }
}

/** An event into Python, about the project this page shows; false where it cannot leave. */
export function send(name, payload = {}) {
  const trigger = channels.get(name);
  if (!trigger) { toast('The page is still loading; try again.', 'problem'); return false; }
  if (!state.online) { toast('Roughcut does not answer, so nothing was sent. Do it again once it is back.', 'problem'); return false; }
  const project = ['rc_open', 'rc_sample', 'rc_reopen', 'rc_forget'].includes(name) ? {} : { project: state.project?.id ?? '' };
  trigger(name, { ...project, ...payload });
  return true;
}

export function newKey() {
  return crypto.randomUUID();
}

// --- edits: one batch in flight, drawn before Python answers, kept until it has

let waiting = [];
let flight = null;
let seq = Date.now();
let last = 0; // the newest envelope taken
let drawnOn = null; // the { revision, edit_id } that edits are made on
let known = null; // the desk as Python told it last
let answers = 0; // to edits of this page

export function edit(op) {
  if (!state.online && (op.op === 'undo' || op.op === 'redo')) { takeBack(op.op); return; }
  const keyed = { key: newKey(), ...op };
  waiting.push(keyed);
  const next = state.desk && drawn(state.desk, [keyed]);
  if (!state.online && next?.timeline === state.desk?.timeline) toast('Kept here: it is done and drawn once Roughcut is back.');
  if (next) set('desk', next);
  keepUnsent();
  flush();
}

/** Away from Python only what waits here can be undone. */
function takeBack(way) {
  const last = waiting.at(-1)?.op;
  if (way === 'redo' || !last || ['undo', 'redo', 'restore'].includes(last)) { toast('Roughcut does not answer: what is done already cannot be undone until it is back.', 'problem'); return; }
  waiting.pop();
  set('desk', drawn(known, [...(flight?.ops ?? []), ...waiting]));
  keepUnsent();
}

export function editing() {
  return flight !== null || waiting.length > 0;
}

/** A desk as it will look once `ops` are done. */
function drawn(desk, ops) {
  return ops.length ? { ...desk, can_undo: true, timeline: ops.reduce(applied, desk.timeline) } : desk;
}

function keepUnsent() {
  const ops = [...(flight?.ops ?? []), ...waiting];
  keep(tab, state.project.id, { drawn_on: flight ? flight.drawn_on : drawnOn.edit_id, ops });
}

function flush() {
  if (flight || !waiting.length || !state.online) return;
  seq += 1;
  flight = { seq, drawn_on: drawnOn.edit_id, ops: waiting.splice(0, 200), tries: 0 };
  deliver();
}

function deliver() {
  flight.at = performance.now();
  flight.tries += 1;
  const { seq: number, drawn_on, ops } = flight;
  write('edit', { project: state.project.id, seq: number, drawn_on, ops }).then(receive).catch((error) => {
    if (error instanceof TypeError) set('online', false); // nobody answered
    else if (!state.shutOut) toast(error.message, 'problem');
  });
}

/** A batch nobody answered is sent again; the keys of its ops make that harmless. */
function retry() {
  flush();
  if (!flight || performance.now() - flight.at < 8000) return;
  if (flight.tries === 3) toast('The last edit has not reached the project yet. It is kept here and sent again.', 'problem');
  deliver();
}

// --- what Python says

let told = ''; // why a batch waits, said once

export function receive(body) {
  if (body.opened) { anew(); return; }
  const answered = flight && body.ack === flight.seq;
  if (answered) { flight = null; answers += 1; }
  if (body.problem && !(body.kept && told === body.problem)) toast(body.problem, 'problem');
  told = body.kept ? body.problem : '';
  if (body.notice) toast(body.notice);
  if (body.tested) emit('tested', body.tested);
  if (body.preferences) emit('preferences', body.preferences);
  if (body.recent) set('recent', body.recent);
  if (body.n >= last) {
    last = body.n;
    if (body.footage) setFootage(body.footage);
    if (body.plan) set('plan', body.plan);
    if (body.pulse) setPulse(body.pulse);
    if (body.desk) takeDesk(body.desk);
    if (body.used) markUsed(new Set(body.used));
  }
  if (answered && known && drawnOn.revision !== known.revision) { drawnOn = known; if (!editing()) set('desk', known); }
  if (body.kept && flight) flight.at = -Infinity; // the next beat sends it again
  if (body.problem && !editing() && !body.desk) refresh();
  if (body.exported) emit('exported', body.exported);
  if (answered) keepUnsent();
  flush();
}

function setFootage(list) {
  state.byId = new Map(list.map((item) => [item.id, item]));
  set('footage', list);
}

function markUsed(used) {
  let changed = false;
  for (const item of state.footage) {
    if (item.in_use !== used.has(item.id)) { item.in_use = used.has(item.id); changed = true; }
  }
  if (changed) emit('footage', state.footage);
}

function setPulse(pulse) {
  const before = state.pulse;
  set('pulse', pulse);
  for (const job of pulse.jobs ?? []) {
    const was = before.jobs?.find((other) => other.id === job.id);
    if (was && was.status !== job.status) emit('job', job);
  }
}

export function read(path) {
  return asked(path, { headers: { Accept: 'application/json' } });
}

/** JSON sent to a route of ours, and its answer. */
function write(path, body) {
  return asked(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
}

async function asked(path, how) {
  const answer = await fetch(new URL(path, document.baseURI), how);
  set('shutOut', answer.status === 401); // another server than the one that let this page in
  const body = await answer.json().catch(() => ({ problem: `The server answered ${answer.status}.` }));
  if (!answer.ok) throw new Error(body.problem ?? body.detail ?? `The server answered ${answer.status}.`);
  return body;
}

/** The edit as Python tells it, unless it told a later one; drawn once nothing waits here. */
function takeDesk(desk) {
  if (known && desk.revision < known.revision) return;
  known = desk;
  if (editing()) return;
  drawnOn = desk;
  set('desk', desk);
}

/** The first look at a project: what this tab did before and nobody answered is done again. */
function takeUp({ project, desk }) {
  known = desk;
  const unsent = kept(tab, project.id);
  waiting = unsent.ops;
  drawnOn = waiting.length ? { revision: null, edit_id: unsent.drawn_on } : desk;
  set('desk', drawn(desk, waiting));
}

let server = null; // the process that let this page in
let refreshing = null;

/** Everything read again from Python. */
export function refresh() {
  refreshing ??= read('view/desk').then((body) => {
    set('online', true);
    if (state.project && body.project?.id !== state.project.id) { // another one, or for a moment none
      if (body.project) anew();
      return;
    }
    state.project = body.project;
    server ??= body.pulse.server;
    if (body.recent) set('recent', body.recent);
    if (body.project) {
      setFootage(body.footage);
      set('plan', body.plan);
      if (state.desk) takeDesk(body.desk); else takeUp(body);
      setPulse(body.pulse);
    }
    emit('project', body.project);
  }).catch(() => set('online', false)).finally(() => { refreshing = null; flush(); });
  return refreshing;
}

let stamps = '';

/** The page loaded again; words that were typed and not sent come along. */
function anew() {
  keepTyped(tab, document.querySelector('#rc-words textarea')?.value);
  leaving = true;
  location.reload();
}

let leaving = false; // by itself
addEventListener('beforeunload', (event) => { if (!leaving && !state.online && editing()) event.preventDefault(); });

async function beat() {
  let pause = 2000;
  try {
    const pulse = await read('view/pulse');
    // Gradio's channels end with their server; what was not sent is kept for the page to come
    if (server && pulse.server !== server) { anew(); return; }
    if (!state.online) { set('online', true); if (flight) flight.at = -Infinity; }
    if (!server) {
      await refresh(); // the first look failed
      if (!server) throw new Error('nothing can be shown yet');
    }
    if (!pulse.reopening && pulse.project !== (state.project?.id ?? null)) { anew(); return; }
    if (state.project && pulse.project) {
      await follow(pulse);
      if (pulse.activity || pulse.jobs.some((job) => ['waiting', 'running'].includes(job.status))) pause = 400;
    }
    retry();
  } catch {
    set('online', false);
  }
  setTimeout(beat, document.hidden ? 8000 : pause);
}

/** What the pulse tells: jobs, the end of what the assistant did, changes made elsewhere. */
async function follow(pulse) {
  const was = state.pulse;
  const drawn = state.desk?.edit_id;
  const ended = was.activity && !pulse.activity;
  const now = `${pulse.revision} ${pulse.footage} ${pulse.plan}`;
  const stale = state.desk && pulse.revision !== state.desk.revision;
  const elsewhere = stale && !editing() && !was.activity && !pulse.activity && !document.hidden;
  const own = answers;
  setPulse(pulse);
  if (!editing()) {
    if (ended || stale || (stamps && now !== stamps)) await refresh();
    stamps = now;
  }
  if (elsewhere && own === answers && state.desk?.edit_id !== drawn && state.desk?.label) toast(`Changed in another window: ${state.desk.label}`);
  if (ended && pulse.problem) toast(pulse.problem, 'problem');
}

export function soon() {
  // After an event that starts work: the next look comes early.
  setTimeout(() => { if (state.project) read('view/pulse').then(setPulse).catch(() => {}); }, 150);
}
