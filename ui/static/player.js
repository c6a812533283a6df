// The picture: plays the edit across cuts without rendering. Two video elements take turns, the
// one that waits stands ready at the next clip's in point. Also plays a span of one source.

import { connect, emit, on, part, set, state } from './bus.js';
import { h, icon, iconButton } from './dom.js';
import { came } from './patience.js';
import { snap, timecode, point } from './clock.js';
import { cuts, solid, tileAt, trackOf, under } from './layout.js';

const mine = part();
let root, screen, stand, words, clockNow, clockAll, playButton, label, preview, leave;
let standing = null; // [footage, second] that is seen while there is no preview
let sharper = 0;
let offered = ''; // the proposal that can be previewed
let videos = [];
let front = 0;
let music = null;
let source = null; // {footage_id, in_s, out_s, at} while a source is looked at
let playing = false;
let speed = 1;
let wall = 0; // performance.now() of the last tick, for gaps and backwards play
let asked = 0; // the newest seek; older ones are dropped

export function mount(gradio) {
  mine.reset();
  root = gradio.element.querySelector('.rc-root') ?? gradio.element;
  root.replaceChildren();
  build();
  connect(gradio);
  mine.on('desk', () => { if (state.playhead > total() && !source) moveTo(total()); if (!playing && !source) show(state.playhead); paintClock(); });
  mine.on('footage', () => show(state.playhead));
  mine.on('seek', (at) => seek(at));
  mine.on('plan', paintPreview);
  mine.on('compared', paintPreview);
  mine.on('desk', () => { if (state.compared?.edit_id === state.desk?.edit_id) set('compared', null); });
  mine.on('previewing', look);
  mine.on('source', (span) => openSource(span));
  mine.on('toggle-play', toggle);
  mine.on('shuttle', shuttle);
  mine.on('step', (frames) => stepBy(frames / rate()));
  mine.on('cut', (direction) => toCut(direction));
  mine.on('mark', (edge) => markSource(edge));
  mine.on('peek', (at) => { if (at) peek(at.footage_id, at.at_s); else show(state.playhead); });
  tick();
}

/** The edit that is looked at: as it stands, or as the step that waits would leave it. */
function film() { return (state.previewing && other()) || (state.desk?.timeline ?? null); }
/** What can be looked at beside the edit: a version that is compared, else what is proposed. */
function other() { return state.compared?.timeline ?? state.plan?.shown?.after ?? null; }
function rate() { return film()?.rate ?? 25; }
function total() { return source ? source.out_s - source.in_s : film()?.duration_s ?? 0; }

function build() {
  videos = [0, 1].map(() => h('video', { playsinline: true, preload: 'auto', tabindex: '-1', 'aria-hidden': 'true' }));
  videos.forEach((video) => video.addEventListener('error', () => {
    video.classList.remove('rc-front');
    awaitMedia(video);
  }));
  stand = h('div', { class: 'rc-stand' });
  words = h('div', { class: 'rc-words' });
  label = h('div', { class: 'rc-source-label', hidden: true });
  screen = h('div', { class: 'rc-screen', role: 'img', 'aria-label': 'Preview' }, stand, videos, words, label);
  clockNow = h('b', {}, '00:00:00');
  clockAll = h('span', {}, '00:00:00');
  playButton = h('button', { type: 'button', class: 'rc-play', title: 'Play (Space)', 'aria-label': 'Play', onclick: toggle }, icon('play'));
  preview = h('div', { class: 'rc-preview', role: 'group', 'aria-label': 'What is played', hidden: true },
    [['Now', false], ['Proposed', true]].map(([name, on]) => h('button', { type: 'button', onclick: () => set('previewing', on) }, name)));
  leave = iconButton('close', 'Stop comparing', () => set('compared', null));
  leave.hidden = true;
  root.append(h('div', { class: 'rc-stage' }, screen), h('div', { class: 'rc-transport' },
    h('div', { class: 'rc-clock' }, clockNow, ' / ', clockAll),
    h('div', { class: 'rc-keys' },
      iconButton('back', 'Previous cut (Up)', () => toCut(-1)), playButton,
      iconButton('forward', 'Next cut (Down)', () => toCut(1))),
    h('div', { class: 'rc-right' }, preview, leave, iconButton('fit', 'Full screen', () => {
      if (document.fullscreenElement) document.exitFullscreen(); else screen.requestFullscreen?.();
    }))));
  music = new Audio();
  music.preload = 'auto';
  music.addEventListener('error', (event) => awaitMedia(event.target));
  fitScreen();
  const watcher = new ResizeObserver(fitScreen);
  watcher.observe(root.firstElementChild);
}

/** Another proposal, or none: what stands is played again, or where nothing stands what is proposed. */
function paintPreview() {
  const shown = state.compared ? `version ${state.compared.edit_id}` : state.plan?.shown?.after ? state.plan.shown.nonce : '';
  preview.hidden = !shown;
  const called = state.compared?.name ?? 'Proposed';
  preview.children[1].textContent = called;
  screen.dataset.called = called;
  leave.hidden = !state.compared;
  if (offered === shown) return;
  offered = shown;
  const begin = Boolean(state.compared || (shown && state.desk && !state.desk.timeline.duration_s));
  if (Boolean(state.previewing) !== begin) set('previewing', begin); else look();
}

function look() {
  for (const [n, one] of [...preview.children].entries()) one.setAttribute('aria-pressed', String(Boolean(state.previewing) === (n === 1)));
  screen.classList.toggle('rc-previewing', Boolean(state.previewing));
  if (playing) pause();
  moveTo(state.playhead);
  fitScreen();
  show(state.playhead);
}

function fitScreen() {
  const stage = root.querySelector('.rc-stage');
  const { width = 16, height = 9 } = film() ?? {};
  const scale = Math.min(stage.clientWidth / width, stage.clientHeight / height);
  screen.style.width = `${Math.floor(width * scale)}px`;
  screen.style.height = `${Math.floor(height * scale)}px`;
  words.style.fontSize = `${Math.max(11, height * scale * 0.06)}px`;
  if (standing) paintStand(...standing);
}

function mediaUrl(id) {
  return new URL(`media/${id}?v=${state.byId.get(id)?.stamp ?? ''}`, document.baseURI).href;
}

function load(video, id) {
  const url = mediaUrl(id);
  if (video.dataset.url !== url) {
    video.dataset.url = url;
    delete video.dataset.failed;
    video.src = url;
  }
}

/** Waits while the server makes what `media` failed to load, then shows it where it belongs. */
async function awaitMedia(media) {
  const { url } = media.dataset;
  if (!url || !media.error) return;
  const wanted = () => media.dataset.url === url && (media === music || videos.includes(media));
  media.removeAttribute('src'); // no error stands meanwhile: the playhead waits for pictures
  media.load();
  if (!(await came(url, wanted))) {
    if (wanted()) media.dataset.failed = url;
    return;
  }
  media.src = url;
  if (media === music) { if (playing) beginMusic(); return; }
  if (media !== videos[front]) ready(current());
  else if (playing) begin();
  else show(state.playhead);
}

/** The frame of a source in the front video, the strip's tile until it is there. */
function place(id, at, item) {
  const video = videos[front];
  const known = state.byId.get(id);
  paintStand(known, at);
  screen.classList.toggle('rc-soundonly', Boolean(known && !known.has_picture));
  if (!known) { videos.forEach((v) => v.classList.remove('rc-front')); return; }
  load(video, id);
  const ticket = ++asked;
  const settle = () => {
    if (ticket !== asked) return;
    if (Math.abs(video.currentTime - at) > 0.5 / rate()) video.currentTime = at + 0.001;
    videos.forEach((v) => v.classList.toggle('rc-front', v === video && v.readyState >= 2));
  };
  if (video.readyState >= 1) settle();
  else video.addEventListener('loadedmetadata', settle, { once: true });
  const shown = () => { if (ticket === asked) videos.forEach((v) => v.classList.toggle('rc-front', v === video)); };
  video.addEventListener('seeked', shown, { once: true });
  video.addEventListener('loadeddata', shown, { once: true });
  video.muted = item?.muted ?? false;
  video.volume = Math.min(1, 10 ** ((item?.gain_db ?? 0) / 20));
  video.playbackRate = pace(item);
}

/** How fast what plays `item` runs: its own speed, times that of the shuttle. */
function pace(item) {
  return Math.min(8, Math.max(0.1, (item?.speed ?? 1) * Math.max(0.25, Math.abs(speed))));
}

/** What is seen until the preview is there: the strip's tile at once, a sharper still after it. */
function paintStand(known, at) {
  standing = [known, at];
  const tiles = known?.tiles;
  clearTimeout(sharper);
  stand.style.backgroundImage = tiles ? `url("strip/${known.id}?v=${known.stamp}")` : 'none';
  if (!tiles) return;
  const tile = tileAt(tiles, at);
  const rows = Math.ceil(tiles.count / tiles.columns);
  const scale = Math.min(screen.clientWidth / tiles.width_px, screen.clientHeight / tiles.height_px);
  Object.assign(stand.style, {
    width: `${tiles.width_px * scale}px`, height: `${tiles.height_px * scale}px`,
    backgroundSize: `${tiles.columns * tiles.width_px * scale}px ${rows * tiles.height_px * scale}px`,
    backgroundPosition: `${-tile.column * tiles.width_px * scale}px ${-tile.row * tiles.height_px * scale}px`,
  });
  if (!videos[front].classList.contains('rc-front')) sharper = setTimeout(() => sharpen(known, at), 250);
}

function sharpen(known, at) {
  const still = new Image();
  still.onload = () => {
    if (standing?.[0] !== known || standing[1] !== at) return;
    Object.assign(stand.style, { backgroundImage: `url("${still.src}")`, backgroundSize: '100% 100%', backgroundPosition: '0 0' });
  };
  still.src = `still/${known.id}?t=${Math.round(at * 1000)}&h=360`;
}

/** A still moment of the edit. */
function show(at) {
  if (source) { place(source.footage_id, source.at); paintClock(); return; }
  const timeline = film();
  if (!timeline) return;
  const item = under(timeline, Math.min(at, Math.max(0, timeline.duration_s - 1e-4)));
  paintWords(at);
  if (item?.kind === 'clip') place(item.footage_id, sourceTime(item, at), item);
  else {
    asked += 1;
    videos.forEach((v) => { v.pause(); v.classList.remove('rc-front'); });
    standing = null;
    clearTimeout(sharper);
    stand.style.backgroundImage = 'none';
  }
  screen.classList.toggle('rc-hole', item?.kind === 'gap');
  paintClock();
}

function peek(id, at) {
  if (playing) pause();
  place(id, at);
}

function sourceTime(item, at) {
  return Math.min(item.out_s - 0.5 / rate(), item.in_s + (at - item.start_s) * item.speed);
}

function paintWords(at) {
  const titles = film()?.titles.filter((t) => at >= t.start_s && at < t.end_s) ?? [];
  const key = titles.map((t) => t.id + t.text).join();
  if (words.dataset.key === key) return;
  words.dataset.key = key;
  words.replaceChildren(...titles.map((t) => h('p', { class: `rc-${t.style}` }, t.text)));
}

function paintClock() {
  const at = source ? source.at : state.playhead;
  clockNow.textContent = timecode(at, rate());
  clockAll.textContent = timecode(source ? source.out_s : total(), rate());
}

function moveTo(at) {
  const end = film()?.duration_s ?? 0;
  set('playhead', Math.min(Math.max(0, at), end));
  paintClock();
}

export function seek(at) {
  closeSource();
  moveTo(snap(at, rate()));
  if (playing) begin(); else show(state.playhead);
}

function stepBy(seconds) {
  if (playing) pause();
  if (source) {
    const known = state.byId.get(source.footage_id);
    source.at = Math.min(Math.max(0, source.at + seconds), known?.duration_s ?? source.out_s);
    show();
    emit('source-at', source);
  } else seek(state.playhead + seconds);
}

function toCut(direction) {
  if (!state.desk) return;
  closeSource();
  const points = cuts(film());
  const gap = 0.5 / rate();
  const next = direction > 0
    ? points.find((p) => p > state.playhead + gap) : points.findLast((p) => p < state.playhead - gap);
  if (next !== undefined) seek(next);
}

// --- playing

function toggle() { if (playing) pause(); else { speed = 1; play(); } }

function shuttle(direction) {
  if (direction === 0) { pause(); return; }
  speed = playing && Math.sign(speed) === direction ? Math.max(-4, Math.min(4, speed * 2)) : direction;
  play();
}

function play() {
  if (!source && total() <= 0) return;
  playing = true;
  wall = performance.now();
  if (!source && speed > 0 && state.playhead >= total() - 0.5 / rate()) moveTo(0);
  if (source && source.at >= source.out_s - 0.05) source.at = source.in_s;
  begin();
  paintPlay();
}

function pause() {
  playing = false;
  videos.forEach((v) => v.pause());
  music.pause();
  if (!source) moveTo(snap(state.playhead, rate()));
  paintPlay();
}

function paintPlay() {
  playButton.replaceChildren(icon(playing ? 'pause' : 'play'));
  playButton.setAttribute('aria-label', playing ? 'Pause' : 'Play');
  emit('playing', playing);
}

function begin() {
  show(state.playhead);
  if (speed < 0) { videos.forEach((v) => v.pause()); return; }
  const item = current();
  videos[1 - front].pause();
  if (source || item?.kind === 'clip') videos[front].play().catch(() => {});
  else videos[front].pause();
  beginMusic();
  ready(item);
}

function current() {
  return film() ? under(film(), state.playhead) : null;
}

/** The waiting video made ready at the clip after `item`. */
function ready(item) {
  if (!item || source) return;
  const items = solid(trackOf(film(), 'V1'));
  const next = items[items.findIndex((it) => it.id === item.id) + 1];
  if (next?.kind !== 'clip' || !state.byId.has(next.footage_id)) return;
  const video = videos[1 - front];
  load(video, next.footage_id);
  const stand = () => { if (video !== videos[front]) video.currentTime = next.in_s + 0.001; };
  if (video.readyState >= 1) stand(); else video.addEventListener('loadedmetadata', stand, { once: true });
}

function beginMusic() {
  music.pause();
  if (source) return;
  for (const track of film().tracks) {
    if (track.kind !== 'audio') continue;
    const bed = track.items.find((it) => it.kind === 'clip' && !it.muted
      && state.playhead >= it.start_s && state.playhead < it.start_s + it.duration_s);
    if (!bed || !state.byId.has(bed.footage_id)) continue;
    load(music, bed.footage_id);
    music.volume = Math.min(1, 10 ** (bed.gain_db / 20));
    music.currentTime = bed.in_s + (state.playhead - bed.start_s) * bed.speed;
    music.playbackRate = pace(bed);
    music.play().catch(() => {});
    return;
  }
}

function tick() {
  requestAnimationFrame(tick);
  if (!playing || !root.isConnected) return;
  const now = performance.now();
  const passed = ((now - wall) / 1000) * speed;
  wall = now;
  if (source) { tickSource(passed); return; }
  if (speed < 0) {
    moveTo(state.playhead + passed);
    show(state.playhead);
    if (state.playhead <= 0) pause();
    return;
  }
  const item = current();
  if (!item) { pause(); return; }
  let at = state.playhead + passed;
  const video = videos[front];
  if (item.kind === 'clip' && video.readyState >= 2 && !video.seeking) {
    if (video.paused && !video.ended) video.play().catch(() => {});
    if (!video.ended) at = item.start_s + (video.currentTime - item.in_s) / item.speed;
  } else if (item.kind === 'clip' && video.readyState < 2 && !video.error && !video.dataset.failed) at = state.playhead; // wait for pictures
  const end = item.start_s + item.duration_s;
  if (at < end - 0.002) { moveTo(Math.max(at, item.start_s)); paintWords(state.playhead); return; }
  over(item, end);
}

/** Past the end of `item`: the other video comes to the front. */
function over(item, end) {
  videos[front].pause();
  moveTo(end);
  const next = current();
  if (!next || end >= total() - 1e-6) { pause(); return; }
  if (next.kind === 'clip') front = 1 - front;
  show(state.playhead);
  if (next.kind === 'clip') videos[front].play().catch(() => {});
  if (music.paused) beginMusic();
  ready(next);
}

function tickSource(passed) {
  const video = videos[front];
  if (speed > 0 && video.readyState >= 2) source.at = video.currentTime;
  else if (speed < 0) { source.at += passed; place(source.footage_id, Math.max(0, source.at)); }
  paintClock();
  emit('source-at', source);
  if (source.at >= source.out_s || source.at <= 0 && speed < 0) pause();
}

// --- a source by itself

function openSource(span) {
  if (playing) pause();
  const known = state.byId.get(span.footage_id);
  if (!known) return;
  source = { in_s: 0, out_s: known.duration_s, ...span };
  source.at = span.in_s ?? 0;
  paintLabel(known);
  show();
  if (span.play) { speed = 1; play(); }
}

function paintLabel(known) {
  label.hidden = false;
  label.replaceChildren(
    h('span', {}, `${known.title}  ${point(source.in_s)}–${point(source.out_s)}`),
    h('button', { type: 'button', onclick: () => emit('edit-insert', { ...source }) }, 'Add to timeline'),
    h('button', { type: 'button', onclick: () => { closeSource(); show(state.playhead); } }, 'Back to the edit'));
}

function markSource(edge) {
  if (!source) { emit('trim-here', edge); return; }
  const frame = 1 / rate();
  if (edge === 'in') source.in_s = Math.min(source.at, source.out_s - frame);
  else source.out_s = Math.max(source.at, source.in_s + frame);
  paintLabel(state.byId.get(source.footage_id));
}

function closeSource() {
  if (!source) return;
  if (playing) pause();
  source = null;
  label.hidden = true;
}
on('desk', () => root?.isConnected && fitScreen());
