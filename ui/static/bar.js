// The top line: project, jobs, exports; and the screen to open or make a project.

import { connect, newKey, part, send, soon, state } from './bus.js';
import { button, h, icon, iconButton, menu, toast } from './dom.js';
import { openDrawer, toggleDrawer } from './drawer.js';
import { download, ended, jobsDrawer, result, verb } from './jobs.js';
import { startKeys } from './keys.js';
import { settingsDrawer } from './settings.js';
import { left, openProject, welcome } from './start.js';

const mine = part();
const EXCHANGE = [['OpenTimelineIO', 'otio', 'Resolve, Kdenlive'], ['FCPXML', 'fcpxml', 'Final Cut, Resolve'],
  ['EDL', 'edl', 'CMX 3600'], ['Subtitles', 'srt', 'SRT']];
let root, name, line, exporting = null;

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  name = h('button', { type: 'button', class: 'rc-project', title: 'Open another project', onclick: openProject });
  line = h('button', { type: 'button', class: 'rc-jobs', 'aria-haspopup': 'true', onclick: () => toggleDrawer('jobs') });
  root.append(h('div', { class: 'rc-brand' }, h('i'), h('b', {}, 'Roughcut')), name, h('span', { class: 'rc-push' }), line, iconButton('gear', 'Settings', () => toggleDrawer('settings')),
    button('Export timeline', (event) => menu(event.currentTarget, EXCHANGE.map(([label, kind, note]) => [label, () => send('rc_export', { kind, key: newKey() }), note]))),
    button('Export video', exportVideo, { class: 'rc-button rc-primary' }));
  jobsDrawer(mine);
  settingsDrawer(mine);
  connect(gradio);
  mine.on('project', paintProject);
  mine.on('pulse', paintJobs);
  mine.on('drawer', paintJobs);
  mine.on('online', (up) => { root.classList.toggle('rc-offline', !up); document.body.classList.toggle('rc-away', !up); });
  mine.on('shutOut', (out) => root.classList.toggle('rc-shutout', out));
  mine.on('exported', download);
  mine.on('job', (job) => {
    if (job.export && job.status === 'done' && exporting) { download(job.export); exporting = null; }
    const told = ended(job);
    if (told) toast(told, job.status === 'failed' ? 'problem' : 'info', job.status === 'failed' ? ['See why', () => openDrawer('jobs')] : result(job));
  });
  startKeys(mine);
  paintJobs(); // an app without a project has no pulse
}

function exportVideo() {
  exporting = newKey();
  send('rc_export', { kind: 'mp4', key: exporting });
  soon();
}

function paintProject(project) {
  name.textContent = project ? `/ ${project.name}` : '';
  document.body.classList.toggle('rc-noproject', !project);
  document.title = project ? `${project.name} – Roughcut` : 'Roughcut';
  if (!project) welcome(); else left();
}

function paintJobs() {
  const live = (state.pulse.jobs ?? []).filter((job) => ['waiting', 'running'].includes(job.status));
  const running = live.find((job) => job.status === 'running') ?? live[0];
  line.setAttribute('aria-expanded', String(state.drawer === 'jobs'));
  const key = running ? `${running.id}` : '';
  if (line.dataset.of !== key || !line.firstChild) {
    line.dataset.of = key;
    line.replaceChildren(...(running
      ? [h('span', { class: 'rc-spin' }), h('span', {}), h('progress', { max: 100, 'aria-label': 'Job progress' }), h('em', {})]
      : [icon('list'), 'Jobs']));
  }
  if (!running) return;
  const share = Math.round(running.progress * 100);
  line.children[1].textContent = `${verb(running)} ${running.what}`;
  line.children[2].value = share;
  line.children[3].textContent = `${share}%${live.length > 1 ? ` +${live.length - 1}` : ''}`;
}
