// A moment on a card: a frame that scrubs under the pointer, how long it is, and why.

import { emit, state } from './bus.js';
import { button, h } from './dom.js';
import { point } from './clock.js';
import { face, showFace } from './face.js';

/** `one`: footage_id, name, in_s, out_s, why. `act`: [label, action]; a click on the frame plays. */
export function moment(one, { act = null, note = '', mark = '', chosen = false, onclick = null } = {}) {
  const known = state.byId.get(one.footage_id);
  const middle = (one.in_s + one.out_s) / 2;
  const frame = face(known, middle);
  const play = onclick ?? (() => emit('source', { footage_id: one.footage_id, in_s: one.in_s, out_s: one.out_s, play: true }));
  const picture = h('button', { type: 'button', class: 'rc-frame', 'aria-label': `Show ${one.name} from ${point(one.in_s)}`, onclick: play },
    frame, h('span', { class: 'rc-badge rc-length' }, `${(one.out_s - one.in_s).toFixed(1)} s`),
    mark ? h('span', { class: 'rc-badge rc-at' }, mark) : null);
  if (known?.tiles) {
    picture.addEventListener('pointermove', (event) => {
      const bounds = picture.getBoundingClientRect();
      const share = Math.min(1, Math.max(0, (event.clientX - bounds.left) / bounds.width));
      showFace(frame, known, one.in_s + share * (one.out_s - one.in_s));
    });
    picture.addEventListener('pointerleave', () => showFace(frame, known, middle));
  }
  return h('div', { class: `rc-moment-card ${chosen ? 'rc-chosen' : ''}` }, picture,
    h('b', { title: one.name }, known?.title || one.name),
    h('small', { class: 'rc-dim' }, `${point(one.in_s)}–${point(one.out_s)}${note ? ` · ${note}` : ''}`),
    (one.why ?? []).map((why) => h('p', { class: 'rc-whyline', title: why }, why)),
    act ? button(act[0], act[1], { class: 'rc-button rc-small', 'aria-label': `${act[0]}: ${one.name} ${point(one.in_s)}` }) : null);
}
