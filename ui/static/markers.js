// Markers on the ruler: reasons, beats, notes, what is to be filmed. A click goes there and tells.

import { edit, emit, state } from './bus.js';
import { button, dialog, h } from './dom.js';
import { point, text } from './clock.js';

const CALLED = { reason: 'Reason', beat: 'Beat', note: 'Note', reshoot: 'To be filmed' };
let drawn = '', open;

/** The flags of the markers in view, over the ruler. */
export function drawMarkers(flags, timeline, view) {
  const left = view.left / view.pps - 1;
  const right = (view.left + view.wide) / view.pps + 1;
  const seen = timeline.markers.filter((marker) => marker.start_s >= left && marker.start_s <= right);
  const key = `${view.pps}|${seen.map((marker) => marker.id + marker.start_s + marker.kind)}`;
  if (key === drawn && flags.childElementCount === seen.length) return;
  drawn = key;
  flags.replaceChildren(...seen.map((marker) => h('button', {
    type: 'button', class: `rc-marker rc-${marker.kind}`, title: `${CALLED[marker.kind]}: ${marker.text}`,
    'aria-label': `${CALLED[marker.kind]} at ${point(marker.start_s)}: ${marker.text}`,
    style: { left: `${marker.start_s * view.pps}px` }, onclick: (event) => { event.stopPropagation(); tell(event.currentTarget, marker); },
  })));
}

function tell(anchor, marker) {
  emit('seek', marker.start_s);
  open?.remove();
  const here = state.desk.timeline.markers.filter((other) => Math.abs(other.start_s - marker.start_s) < 0.02);
  const box = h('div', { class: 'rc-menu rc-markertext', popover: 'auto', role: 'dialog', 'aria-label': 'Marker' }, here.map((one) =>
    h('div', {}, h('b', { class: `rc-${one.kind}` }, `${CALLED[one.kind]} at ${point(one.start_s)}`), h('p', {}, one.text),
      one.kind === 'note' || one.kind === 'reshoot' ? button('Remove', () => { box.hidePopover(); edit({ op: 'unnote', id: one.id }); }) : null)));
  open = box;
  document.body.append(box);
  box.addEventListener('toggle', (event) => { if (event.newState === 'closed') box.remove(); });
  box.showPopover();
  const place = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, place.top - height - 6)}px`;
}

/** A remark at the playhead. */
export function addNote() {
  const words = h('input', { type: 'text', maxlength: 300, 'aria-label': 'Note', placeholder: 'e.g. breathe here' });
  const box = dialog(`Note at ${point(state.playhead)}`, h('form', { class: 'rc-form', onsubmit: (event) => {
    event.preventDefault();
    if (words.value.trim()) edit({ op: 'note', text: words.value.trim(), at_s: text(state.playhead) });
    box.close();
  } }, words, h('footer', {}, h('button', { type: 'submit', class: 'rc-button rc-primary' }, 'Add note'))));
  words.focus();
}
