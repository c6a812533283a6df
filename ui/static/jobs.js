// The drawer of jobs: what runs, what waits, what came out. The rows are the store's; a row is
// built once and its figures are changed in place, so that nothing moves away under the pointer.

import { emit, newKey, send, soon, state } from './bus.js';
import { button, dialog, h, icon } from './dom.js';
import { about, clockTime } from './clock.js';
import { closeDrawer, drawer } from './drawer.js';

const NAMES = { ingest: 'Ingest', render: 'Render', generate: 'Make', caption: 'Describe', listen: 'Listen to' };
const ICONS = { ingest: 'folder', render: 'film', generate: 'spark', caption: 'search', listen: 'sound' };
const LIVE = ['waiting', 'running'];
const SECTIONS = [
  ['Running', (job) => job.status === 'running'], ['Waiting', (job) => job.status === 'waiting'],
  ['Finished', (job) => !LIVE.includes(job.status)],
];
const rows = new Map(); // job id -> { element, key, update }
let body;

/** The drawer, drawn from the pulse as long as `part` lives. */
export function jobsDrawer(part) {
  body = h('div', { class: 'rc-joblist' });
  rows.clear();
  drawer('jobs', 'Jobs', body, paint);
  part.on('pulse', () => { if (state.drawer === 'jobs') paint(); });
}

export function verb(job) {
  return NAMES[job.kind] ?? job.kind;
}

/** What a job that ended is told with; "" where nothing is worth a message. */
export function ended(job) {
  if (job.status === 'failed') return `${verb(job)} ${job.what} failed: ${job.detail}`;
  if (job.status !== 'done') return '';
  if (job.export) return `${job.export} is ready.`;
  if (job.kind === 'generate') return `“${job.what}” is made.`;
  if (job.kind !== 'ingest') return `${verb(job)} ${job.what}: done.`;
  const bad = job.files.filter((file) => file.status === 'rejected').length;
  return `${job.what}: ${job.files.length - bad} of ${job.files.length} files are in${bad ? `, ${bad} rejected` : ''}.`;
}

/** What to go on with once a job is done: [label, action], or null. */
export function result(job) {
  if (job.may.includes('watch')) return ['Watch', () => watch(job)];
  return null;
}

export function download(file) {
  const link = h('a', { href: `export/${encodeURIComponent(file)}`, download: file, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

function paint() {
  const all = state.pulse.jobs ?? [];
  const parts = [];
  for (const [name, belongs] of SECTIONS) {
    const some = all.filter(belongs);
    if (!some.length) continue;
    parts.push(heading(name, some.length), ...some.map(row));
  }
  if (!parts.length) parts.push(empty());
  for (const id of rows.keys()) if (id !== 'empty' && !id.startsWith('h-') && !all.some((job) => `${job.id}` === id)) rows.delete(id);
  const here = [...body.children];
  if (here.length !== parts.length || parts.some((part, n) => part !== here[n])) body.replaceChildren(...parts);
}

function once(id, make) {
  if (!rows.has(id)) rows.set(id, { element: make() });
  return rows.get(id).element;
}

function empty() {
  return once('empty', () => h('div', { class: 'rc-nothing' }, icon('list'), h('p', {}, 'Nothing has run yet.'),
    h('p', { class: 'rc-dim' }, 'Ingests, renders and made shots stand here. They go on when this tab is closed, and after a restart.')));
}

function heading(name, count) {
  const element = once(`h-${name}`, () => h('h3', {}, name, ' ', h('span', { class: 'rc-dim' })));
  element.querySelector('span').textContent = String(count);
  return element;
}

function row(job) {
  const key = `${job.status}|${job.cancelling}|${job.may}|${LIVE.includes(job.status) ? '' : job.detail}`;
  let kept = rows.get(`${job.id}`);
  if (kept?.key !== key) {
    kept = { key, ...build(job) };
    rows.set(`${job.id}`, kept);
  }
  kept.update(job);
  return kept.element;
}

function build(job) {
  const over = !LIVE.includes(job.status);
  const note = h('span', { class: 'rc-dim rc-jobnote' });
  const bar = over ? null : h('progress', { max: 1, 'aria-label': `${verb(job)} ${job.what}` });
  const now = h('p', { class: 'rc-dim rc-jobnow' });
  const count = h('summary', {});
  const list = h('ul', { class: 'rc-files' });
  const files = h('details', { class: 'rc-jobfiles', hidden: true }, count, list);
  const why = h('ul', { class: 'rc-files rc-notin' });
  const element = h('article', { class: `rc-job rc-${job.status}`, 'aria-label': `${verb(job)} ${job.what}` },
    h('div', { class: 'rc-jobhead' }, h('span', { class: 'rc-jobicon' }, icon(ICONS[job.kind] ?? 'list')),
      h('b', { title: job.what }, `${verb(job)} ${job.what}`), note), bar,
    job.status === 'failed' ? h('p', { class: 'rc-jobwhy', role: 'alert' }, job.detail) : now,
    ...job.warnings.map((words) => h('p', { class: 'rc-warn' }, words)), why, files, actions(job));
  const told = { files: '' };
  return { element, update(fresh) {
    note.textContent = aside(fresh);
    if (bar) { if (fresh.status === 'waiting') bar.removeAttribute('value'); else bar.value = shareOf(fresh); }
    now.textContent = nowAt(fresh);
    const stamp = JSON.stringify(fresh.files);
    if (stamp === told.files) return;
    told.files = stamp;
    const remarks = fresh.files.filter((file) => file.status && file.status !== 'ok');
    files.hidden = fresh.files.length <= remarks.length;
    count.textContent = over ? `${fresh.files.length} files` : `${fresh.done} of ${fresh.all} files`;
    why.replaceChildren(...remarks.map(fileRow));
    list.replaceChildren(...fresh.files.filter((file) => !remarks.includes(file)).map(fileRow));
  } };
}

function shareOf(job) {
  return job.kind === 'generate' && state.pulse.activity ? state.pulse.activity.share : job.progress;
}

function aside(job) {
  if (job.cancelling) return 'stopping…';
  if (job.status === 'waiting') return job.tries ? 'waits for another try' : 'waits';
  if (job.status === 'running') {
    const share = `${Math.round(shareOf(job) * 100)}%`;
    const left = job.kind === 'generate' ? state.pulse.activity?.remaining_s ?? null : job.remaining_s;
    return left === null ? share : `${share} · about ${about(left)} left`;
  }
  return `${job.status === 'done' ? '' : `${job.status} · `}${clockTime(job.updated_at)}`;
}

function nowAt(job) {
  if (job.kind === 'generate' && job.status === 'running') return state.pulse.activity?.detail ?? '';
  if (job.kind === 'ingest' && job.status === 'done') {
    const bad = job.files.filter((file) => file.status === 'rejected').length;
    return `${job.files.length - bad} of ${job.files.length} files are in the library. ${job.listening}`.trim();
  }
  return job.detail;
}

function fileRow(file) {
  return h('li', { class: `rc-${file.status || 'underway'}` }, h('span', { title: file.name }, file.name),
    file.status ? h('em', {}, file.status) : h('progress', { max: 1, value: file.share, 'aria-label': file.name }),
    file.reason ? h('small', {}, file.reason) : null);
}

function actions(job) {
  const shown = {
    cancel: () => button('Cancel', () => { stop(job); soon(); }, { class: 'rc-button rc-plain', disabled: job.cancelling }),
    again: () => button('Try again', () => { send('rc_again', { job_id: job.id, key: newKey() }); soon(); }),
    watch: () => button('Watch', () => watch(job)),
    download: () => button('Download', () => download(job.export), { class: 'rc-button rc-primary' }),
    find: () => button('Show in the library', () => { closeDrawer(); emit('search'); }, { class: 'rc-button rc-plain' }),
  };
  return job.may.length ? h('div', { class: 'rc-jobdo' }, job.may.map((name) => shown[name]())) : null;
}

function stop(job) {
  if (job.kind === 'generate') send('rc_stop'); else send('rc_cancel', { job_id: job.id });
}

function watch(job) {
  if (job.footage_id) {
    closeDrawer();
    emit('source', { footage_id: job.footage_id, in_s: 0, play: true });
    return;
  }
  const video = h('video', { src: `export/${encodeURIComponent(job.export)}`, controls: true, autoplay: true, 'aria-label': job.export });
  dialog(job.export, h('div', {}, video, h('footer', {}, button('Download', () => download(job.export)))),
    { class: 'rc-watch', onclose: () => { video.pause(); video.removeAttribute('src'); video.load(); } });
}
