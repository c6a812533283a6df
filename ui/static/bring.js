// Footage comes in: a folder by its path, or files dropped on the page, which are copied.

import { emit, send, soon, state } from './bus.js';
import { button, dialog, h, icon, toast } from './dom.js';
import { openDrawer } from './drawer.js';

let place, veil, depth = 0, copying = false;

/** The ingest that runs or waits, if any. */
export function underWay() {
  return (state.pulse.jobs ?? []).find((job) => job.kind === 'ingest' && ['running', 'waiting'].includes(job.status));
}

/** Drops are heard on the whole page; a project without footage shows where to begin. */
export function bringHere(part) {
  depth = 0;
  part.listen(window, 'dragenter', (event) => { if (carries(event)) { event.preventDefault(); depth += 1; cover(true); } });
  part.listen(window, 'dragleave', (event) => { if (carries(event)) { depth -= 1; if (depth <= 0) cover(false); } });
  part.listen(window, 'dragover', (event) => { if (carries(event)) { event.preventDefault(); event.dataTransfer.dropEffect = state.project ? 'copy' : 'none'; } });
  part.listen(window, 'drop', (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    depth = 0;
    cover(false);
    dropped([...event.dataTransfer.items]);
  });
  part.on('footage', paintPlace);
  part.on('pulse', paintPlace);
}

function carries(event) {
  return [...(event.dataTransfer?.types ?? [])].includes('Files');
}

function cover(on) {
  veil ??= h('div', { class: 'rc-veil' }, icon('drop'), h('b', {}, 'Drop to bring it in'), h('p', {}, 'What is dropped is copied into the project; a folder imported by its path is not.'));
  if (on && state.project) document.body.append(veil); else veil.remove();
}

// --- the middle of an empty project

function paintPlace() {
  const stage = document.querySelector('#rc-player .rc-stage');
  const wanted = state.project && !state.footage.length && stage;
  if (!wanted) { place?.remove(); place = null; return; }
  if (place?.isConnected) { paintFiles(); return; }
  place = h('div', { class: 'rc-begin' }, h('h2', {}, 'Bring in footage'),
    h('div', { class: 'rc-beginnow', role: 'status' }, h('progress', { max: 1, 'aria-label': 'Ingest' }), h('p', { class: 'rc-dim' })), folderForm(),
    h('div', { class: 'rc-dropzone' }, icon('drop'), h('p', {}, 'or drop files and folders anywhere on this page'), filesButton()),
    h('ul', { class: 'rc-files rc-beginfiles' }));
  stage.append(place);
  paintFiles();
}

function paintFiles() {
  const job = underWay();
  const list = place.querySelector('.rc-beginfiles');
  place.classList.toggle('rc-busy', Boolean(job));
  place.querySelector('h2').textContent = job ? (job.files.length ? 'Watching the footage' : 'Getting ready') : 'Bring in footage';
  if (job) {
    place.querySelector('progress').value = job.progress;
    place.querySelector('.rc-beginnow p').textContent = job.detail || `${job.what} waits its turn`;
  }
  list.replaceChildren(...(job?.files ?? []).map((file) => h('li', { class: `rc-${file.status || 'underway'}` }, h('span', {}, file.name),
    file.status ? h('em', {}, file.status) : h('progress', { max: 1, value: file.share, 'aria-label': file.name }),
    file.reason ? h('small', {}, file.reason) : null)));
}

function filesButton() {
  const input = h('input', { type: 'file', multiple: true, hidden: true, 'aria-label': 'Files to bring in', onchange: () => copy([...input.files]) });
  return h('span', {}, input, button('Choose files…', () => input.click()));
}

// --- a folder by its path

function folderForm(done = () => {}) {
  const folder = h('input', { type: 'text', placeholder: '/home/me/Videos/beach-day', maxlength: 4096, spellcheck: 'false', autocomplete: 'off', id: 'rc-folder' });
  return h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (!folder.value.trim()) { folder.focus(); return; }
    send('rc_import', { folder: folder.value.trim() });
    done();
    soon();
    if (state.footage.length) openDrawer('jobs');
  } }, h('label', {}, 'Folder or file on this machine', folder),
  h('p', { class: 'rc-dim' }, 'Files are read where they are, never changed, moved or uploaded.'),
  h('div', { class: 'rc-formdo' }, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Import')));
}

export function importDialog() {
  const waiting = document.querySelector('.rc-begin #rc-folder');
  if (waiting) { waiting.focus(); return; }
  const open = dialog('Import footage', h('div', {}, folderForm(() => open.close()),
    h('p', { class: 'rc-orelse' }, 'Files dropped on the page come in too. ', filesButton())));
  open.querySelector('#rc-folder').focus();
}

// --- dropped files

async function dropped(items) {
  if (!state.project) { toast('Open or make a project first; then drop the files again.', 'problem'); return; }
  const entries = items.map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const files = entries.length ? (await Promise.all(entries.map(inside))).flat() : items.map((item) => item.getAsFile()).filter(Boolean);
  await copy(files.filter((file) => !file.name.startsWith('.')));
}

/** The files of a dropped file or folder, however deep. */
async function inside(entry) {
  if (entry.isFile) return [await new Promise((done, failed) => { entry.file(done, failed); })];
  const reader = entry.createReader();
  const all = [];
  for (;;) {
    const some = await new Promise((done, failed) => { reader.readEntries(done, failed); });
    if (!some.length) break;
    all.push(...some);
  }
  return (await Promise.all(all.map(inside))).flat();
}

async function copy(files) {
  if (!files.length) return;
  if (copying) { toast('Files are still being copied; drop these afterwards.', 'problem'); return; }
  copying = true;
  const bar = h('progress', { max: files.length, value: 0, 'aria-label': 'Copying files' });
  const words = h('span', {});
  const told = h('div', { class: 'rc-copying', role: 'status' }, h('span', { class: 'rc-spin' }), words, bar);
  document.body.append(told);
  let came = 0;
  for (const [n, file] of files.entries()) {
    words.textContent = `Copying ${file.name}`;
    bar.value = n;
    const problem = await put(file);
    if (problem) toast(`${file.name}: ${problem}`, 'problem'); else came += 1;
  }
  told.remove();
  copying = false;
  if (came) { send('rc_brought'); soon(); emit('brought', came); }
}

async function put(file) {
  try {
    const answer = await fetch(new URL(`bring/${encodeURIComponent(file.name)}`, document.baseURI),
      { method: 'PUT', body: file, headers: { 'X-Project': state.project.id } });
    const said = await answer.json().catch(() => ({}));
    return answer.ok ? '' : said.problem ?? `the server answered ${answer.status}`;
  } catch {
    return 'the server is not reachable; drop it again once it is';
  }
}
