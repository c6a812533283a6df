// What the parts of the page share: the state Python sent, the channels back to it, the pulse.
// Python owns the truth; this only holds the last view of it.

import { applied } from './layout.js';
import { toast } from './dom.js';

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

/** Subscriptions of one part; a second mount of the part ends those of the first. */
export function part() {
  let offs = [];
  return {
    reset() { offs.forEach((off) => off()); offs = []; },
    on(topic, fn) { offs.push(on(topic, fn)); },
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

/** An event into Python, about the project this page shows. */
export function send(name, payload = {}) {
  const trigger = channels.get(name);
  if (!trigger) { toast('The page is still loading; try again.', 'problem'); return; }
  const project = ['rc_open', 'rc_sample', 'rc_reopen', 'rc_forget'].includes(name) ? {} : { project: state.project?.id ?? '' };
  trigger(name, { ...project, ...payload });
}

export function newKey() {
  return crypto.randomUUID();
}

// --- edits: one batch in flight, drawn before Python answers

let waiting = [];
let flight = null;
let seq = Date.now();
let last = 0; // the newest envelope taken
let drawnOn = null; // the revision that edits are made on

export function edit(op) {
  const keyed = { key: newKey(), ...op };
  waiting.push(keyed);
  if (state.desk) set('desk', { ...state.desk, timeline: applied(state.desk.timeline, keyed) });
  flush();
}

export function editing() {
  return flight !== null || waiting.length > 0;
}

function flush() {
  if (flight || !waiting.length) return;
  seq += 1;
  flight = { seq, revision: drawnOn, ops: waiting.splice(0, 200), at: performance.now(), tries: 0 };
  send('rc_edit', { seq: flight.seq, revision: flight.revision, ops: flight.ops });
}

/** A batch nobody answered is sent again; the keys of its ops make that harmless. */
function retry() {
  if (!flight || performance.now() - flight.at < 8000) return;
  flight.at = performance.now();
  flight.tries += 1;
  if (flight.tries > 3) {
    flight = null;
    waiting = [];
    toast('The last edit did not reach the project; what you see is what is saved.', 'problem');
    refresh();
    return;
  }
  send('rc_edit', { seq: flight.seq, revision: flight.revision, ops: flight.ops });
}

// --- what Python says

export function receive(body) {
  if (body.opened) { location.reload(); return; }
  if (body.ack !== undefined && flight && body.ack === flight.seq) flight = null;
  if (body.problem) toast(body.problem, 'problem');
  if (body.notice) toast(body.notice);
  if (body.tested) emit('tested', body.tested);
  if (body.preferences) emit('preferences', body.preferences);
  if (body.recent) set('recent', body.recent);
  if (body.n >= last) {
    last = body.n;
    if (body.footage) setFootage(body.footage);
    if (body.plan) set('plan', body.plan);
    if (body.pulse) setPulse(body.pulse);
    if (body.desk) drawnOn = body.desk.revision;
    if (body.desk && !waiting.length && !flight) set('desk', body.desk);
    if (body.used) markUsed(new Set(body.used));
  }
  if (body.problem && !editing() && !body.desk) refresh();
  if (body.exported) emit('exported', body.exported);
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

export async function read(path) {
  const answer = await fetch(new URL(path, document.baseURI), { headers: { Accept: 'application/json' } });
  set('shutOut', answer.status === 401); // another server than the one that let this page in
  const body = await answer.json().catch(() => ({ problem: `The server answered ${answer.status}.` }));
  if (!answer.ok) throw new Error(body.problem ?? body.detail ?? `The server answered ${answer.status}.`);
  return body;
}

let refreshing = null;

/** Everything read again from Python. */
export function refresh() {
  refreshing ??= read('view/desk').then((body) => {
    set('online', true);
    state.project = body.project;
    if (body.recent) set('recent', body.recent);
    if (body.project) {
      setFootage(body.footage);
      set('plan', body.plan);
      if (!editing()) { drawnOn = body.desk.revision; set('desk', body.desk); }
      setPulse(body.pulse);
    }
    emit('project', body.project);
  }).catch(() => set('online', false)).finally(() => { refreshing = null; });
  return refreshing;
}

let stamps = '';

async function beat() {
  let pause = 2000;
  try {
    if (state.project || !state.online) {
      const pulse = await read('view/pulse');
      if (!state.online) set('online', true);
      const was = state.pulse;
      const busy = pulse.activity || pulse.jobs?.some((job) => ['waiting', 'running'].includes(job.status));
      const ended = was.activity && !pulse.activity;
      const now = `${pulse.project} ${pulse.revision} ${pulse.footage} ${pulse.plan}`;
      const stale = state.desk && pulse.revision !== state.desk.revision;
      if (pulse.project !== state.project?.id) { location.reload(); return; }
      setPulse(pulse);
      const elsewhere = stale && !editing() && !was.activity && !pulse.activity && !document.hidden;
      if (!editing() && (ended || stale || (stamps && now !== stamps))) await refresh();
      if (elsewhere && state.desk?.label) toast(`Changed in another window: ${state.desk.label}`);
      if (ended && pulse.problem) toast(pulse.problem, 'problem');
      stamps = now;
      if (busy) pause = 400;
    }
    retry();
  } catch {
    set('online', false);
  }
  setTimeout(beat, document.hidden ? 8000 : pause);
}

export function soon() {
  // After an event that starts work: the next look comes early.
  setTimeout(() => { if (state.project) read('view/pulse').then(setPulse).catch(() => {}); }, 150);
}
