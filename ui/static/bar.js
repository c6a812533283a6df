// The top line: project, jobs, exports; and the screen to open or make a project.

import { connect, newKey, part, read, send, set, soon, state } from './bus.js';
import { button, dialog, h, icon, menu, toast } from './dom.js';
import { startKeys } from './keys.js';

const mine = part();
const EXCHANGE = [['OpenTimelineIO', 'otio', 'Resolve, Kdenlive'], ['FCPXML', 'fcpxml', 'Final Cut, Resolve'],
  ['EDL', 'edl', 'CMX 3600'], ['Subtitles', 'srt', 'SRT']];
let root, name, jobs, line, panel, exporting = null;

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  name = h('button', { type: 'button', class: 'rc-project', title: 'Open another project', onclick: openDialog });
  line = h('button', { type: 'button', class: 'rc-jobs', hidden: true, 'aria-expanded': 'false', onclick: () => set('jobsOpen', !state.jobsOpen) });
  jobs = h('div', { class: 'rc-jobsbox' }, line);
  panel = h('div', { class: 'rc-jobpanel', hidden: true, role: 'region', 'aria-label': 'Jobs' });
  root.append(h('div', { class: 'rc-brand' }, h('i'), h('b', {}, 'Roughcut')), name, h('span', { class: 'rc-push' }), jobs,
    button('Export timeline', (event) => menu(event.currentTarget, EXCHANGE.map(([label, kind, note]) => [label, () => send('rc_export', { kind, key: newKey() }), note]))),
    button('Export video', exportVideo, { class: 'rc-button rc-primary' }), panel);
  connect(gradio);
  mine.on('project', paintProject);
  mine.on('pulse', paintJobs);
  mine.on('jobsOpen', paintJobs);
  mine.on('online', (up) => root.classList.toggle('rc-offline', !up));
  mine.on('exported', download);
  mine.on('job', (job) => {
    if (job.export && job.status === 'done') { toast(`${job.export} is ready.`); if (exporting) download(job.export); exporting = null; }
    if (job.status === 'failed') toast(job.detail, 'problem');
  });
  startKeys(mine);
}

function exportVideo() {
  exporting = newKey();
  send('rc_export', { kind: 'mp4', key: exporting });
  soon();
}

function download(file) {
  const link = h('a', { href: `export/${encodeURIComponent(file)}`, download: file, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

function paintProject(project) {
  name.textContent = project ? `/ ${project.name}` : '';
  document.body.classList.toggle('rc-noproject', !project);
  document.title = project ? `${project.name} – Roughcut` : 'Roughcut';
  if (!project) openDialog();
}

function paintJobs() {
  const all = state.pulse.jobs ?? [];
  const live = all.filter((job) => ['waiting', 'running'].includes(job.status));
  const running = live.find((job) => job.status === 'running') ?? live[0];
  line.hidden = !all.length;
  line.setAttribute('aria-expanded', String(Boolean(state.jobsOpen)));
  if (running) {
    const share = Math.round(running.progress * 100);
    line.replaceChildren(h('span', { class: 'rc-spin' }), h('span', {}, `${running.kind} ${running.detail || running.what}`),
      h('progress', { max: 100, value: share, 'aria-label': 'Job progress' }), `${share}%`, live.length > 1 ? ` +${live.length - 1}` : '');
  } else line.replaceChildren(icon('check'), 'jobs');
  panel.hidden = !state.jobsOpen || !all.length;
  if (!panel.hidden) panel.replaceChildren(...all.map(jobView));
}

function jobView(job) {
  const over = !['waiting', 'running'].includes(job.status);
  const bad = job.files.filter((f) => f.status && f.status !== 'ok');
  return h('div', { class: `rc-job rc-${job.status}` },
    h('div', {}, h('b', {}, job.kind), ` ${job.what} `, h('span', { class: 'rc-dim' }, job.cancelling ? 'stopping…' : job.status),
      h('span', { class: 'rc-push' }),
      over ? null : button('Cancel', () => { send('rc_cancel', { job_id: job.id }); soon(); }, { class: 'rc-button rc-plain' }),
      job.export && job.status === 'done' ? button('Download', () => download(job.export)) : null),
    over ? null : h('progress', { max: 1, value: job.progress, 'aria-label': `${job.kind} progress` }),
    job.detail && job.status !== 'running' ? h('p', { class: 'rc-dim' }, job.detail) : null,
    job.all ? h('p', { class: 'rc-dim' }, `${job.done} of ${job.all} files${bad.length ? `, ${bad.length} with a remark` : ''}`) : null,
    job.files.length ? h('ul', { class: 'rc-files' }, [...bad, ...job.files.filter((f) => !bad.includes(f))].map((f) =>
      h('li', { class: `rc-${f.status || 'underway'}` }, h('span', {}, f.name),
        f.status ? h('em', {}, f.status) : h('progress', { max: 1, value: f.share, 'aria-label': f.name }),
        f.reason ? h('small', {}, f.reason) : null))) : null,
    job.warnings.map((w) => h('p', { class: 'rc-warn' }, w)));
}

function openDialog() {
  const folder = h('input', { type: 'text', 'aria-label': 'Project folder', placeholder: '/home/me/films/beach-day', maxlength: 4096, spellcheck: 'false', id: 'rc-projectfolder' });
  const go = (create) => () => { if (folder.value.trim()) send('rc_open', { folder: folder.value.trim(), create }); };
  const open = dialog('Open or make a project', h('form', { class: 'rc-form', onsubmit: (event) => { event.preventDefault(); go(false)(); } },
    h('label', {}, 'Project folder on this machine', folder),
    h('p', { class: 'rc-dim' }, 'A project is a folder with its own store. Your footage stays where it is.'),
    h('footer', {}, button('Make new', go(true)), h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Open'))),
  { class: 'rc-start' });
  if (!state.project) open.addEventListener('cancel', (event) => event.preventDefault());
  folder.focus();
}
