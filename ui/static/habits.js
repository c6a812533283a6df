// How somebody likes to edit, kept in their browser: a button that is on or off.

import { iconButton } from './dom.js';

/** A toggle, on until it is turned off: { button, on(), toggle() }. */
export function habit(name, picture, words) {
  const key = `rc-${name}`;
  const on = () => localStorage.getItem(key) !== 'off';
  const button = iconButton(picture, words, toggle);
  button.classList.add('rc-habit');
  button.setAttribute('aria-pressed', String(on()));
  function toggle() {
    localStorage.setItem(key, on() ? 'off' : 'on');
    button.setAttribute('aria-pressed', String(on()));
  }
  return { button, on, toggle };
}
