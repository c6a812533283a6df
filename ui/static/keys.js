// The keyboard, as editors expect it. Nothing here while somebody types.

import { emit, state } from './bus.js';
import { dialog, h } from './dom.js';

const HELP = [
  ['Space', 'play or pause'], ['J K L', 'backwards, pause, forwards; again: faster'], ['← →', 'one frame; with Shift one second'],
  ['↑ ↓', 'previous or next cut'], ['Home End', 'start or end'], ['I O', 'in or out point: of the source, or the selected clip to the playhead'],
  ['S', 'split at the playhead'], ['Delete', 'delete; with Shift leave a gap'], ['G R', 'snapping, ripple on and off'], ['Alt ← →', 'move the selected clip past its neighbour; with ripple off by a frame, with Shift a second'],
  ['T', 'trim window'], ['X', 'crossfade'], ['M', 'mute'], ['W', 'why the selected clip is there'], ['N', 'note at the playhead'], ['Ctrl+Z  Shift+Ctrl+Z', 'undo, redo'], ['+ − F', 'zoom, fit'],
  ['Enter', 'approve the current step'], ['/', 'search footage'], ['B', 'coverage map: beats, holes, what was overlooked'], ['C', 'write to the assistant'], ['?', 'these keys'],
];
let live = false;

export function startKeys(part) {
  part.listen(window, 'keydown', onKey);
  part.on('help', help);
  live = true;
}

function typing(target) {
  return target.closest?.('input:not([type=range]),textarea,select,[contenteditable],dialog,[popover]');
}

const SLIDE = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown'];

function onKey(event) {
  if (!live || typing(event.target) || !state.project) return;
  if (event.target.matches?.('input[type=range]') && SLIDE.includes(event.key)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const act = event.ctrlKey || event.metaKey ? withControl(key, event) : plain(key, event);
  if (!act) return;
  event.preventDefault();
  act();
}

function withControl(key, event) {
  if (key === 'z') return () => emit('command', event.shiftKey ? 'redo' : 'undo');
  if (key === 'y') return () => emit('command', 'redo');
  return null;
}

const COMMANDS = { s: 'split', t: 'trim', x: 'fade', m: 'mute', w: 'why', n: 'note', f: 'fit', g: 'snap', r: 'ripple', '+': 'zoom-in', '=': 'zoom-in', '-': 'zoom-out' };

function plain(key, event) {
  const onButton = event.target.closest?.('button,summary,a');
  if ((key === ' ' || key === 'Enter') && onButton) return null;
  if (event.altKey) {
    const far = event.shiftKey ? 'far-' : '';
    if (key === 'ArrowLeft') return () => emit('command', `${far}earlier`);
    if (key === 'ArrowRight') return () => emit('command', `${far}later`);
    return null;
  }
  if (COMMANDS[key] && event.repeat && !COMMANDS[key].startsWith('zoom')) return () => {};
  if (COMMANDS[key]) return () => emit('command', COMMANDS[key]);
  const rate = state.desk?.timeline.rate ?? 25;
  const by = event.shiftKey ? Math.round(rate) : 1;
  return {
    ' ': () => emit('toggle-play'), j: () => emit('shuttle', -1), k: () => emit('shuttle', 0), l: () => emit('shuttle', 1),
    ArrowLeft: () => emit('step', -by), ArrowRight: () => emit('step', by), ArrowUp: () => emit('cut', -1), ArrowDown: () => emit('cut', 1),
    Home: () => emit('seek', 0), End: () => emit('seek', state.desk?.timeline.duration_s ?? 0),
    i: () => emit('mark', 'in'), o: () => emit('mark', 'out'),
    Delete: () => emit('command', event.shiftKey ? 'lift' : 'delete'), Backspace: () => emit('command', event.shiftKey ? 'lift' : 'delete'),
    Enter: () => emit('approve'), '/': () => emit('search'), b: () => emit('coverage'), c: () => document.querySelector('#rc-words textarea, #rc-words input')?.focus(),
    '?': help,
  }[key] ?? null;
}

function help() {
  dialog('Keys', h('dl', { class: 'rc-help' }, HELP.flatMap(([keys, words]) => [h('dt', {}, keys), h('dd', {}, words)])));
}
