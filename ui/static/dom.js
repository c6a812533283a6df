// Building the page: elements with textContent only. No string ever becomes markup here.

const SVG = 'http://www.w3.org/2000/svg';

// Marks that turn the words behind them, times and all, until others end them: a name that ends
// with one would have "0:03.0" read backwards. What is shown goes without, as in titles on a film.
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;

/** Words as they are shown. */
export function plain(words) {
  return String(words).replace(TURNS, '');
}

/** An element. `props`: class, dataset, style, on*, aria and plain attributes. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') element.className = value;
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'style') Object.assign(element.style, value);
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(plain(child)));
  }
  return element;
}

/** What stands in an element, in place of what stood there; null and false stand for nothing. */
export function fill(element, ...children) {
  element.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** The same as what stands there already stays untouched: what is not moved is not laid out anew. */
export function settle(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  let here = parent.firstChild;
  for (const child of children) {
    if (child === here) here = here.nextSibling;
    else parent.insertBefore(child, here);
  }
}

/** A text, put only where another one stands. */
export function say(element, words) {
  const shown = plain(words);
  if (element.textContent !== shown) element.textContent = shown;
}

/** An attribute, set only where it says something else. */
export function put(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

const PATHS = {
  undo: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  redo: 'm15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3',
  split: 'M12 3v18M8 7 4 12l4 5M16 7l4 5-4 5',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  trim: 'M4 5v14M20 5v14M8 8h8v8H8z',
  fade: 'M3 6l18 12M3 18 21 6M3 6v12M21 6v12',
  sound: 'M4 9v6h4l5 4V5L8 9H4zM17 9a4 4 0 0 1 0 6',
  mute: 'M4 9v6h4l5 4V5L8 9H4zM17 9l5 6M22 9l-5 6',
  title: 'M5 6V4h14v2M12 4v16M9 20h6',
  magnet: 'M6 3v9a6 6 0 0 0 12 0V3h-4v9a2 2 0 0 1-4 0V3zM6 7h4M14 7h4',
  ripple: 'M4 5v14M8 8h5v8H8zM16 12h5M18 9l3 3-3 3',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  minus: 'M5 12h14',
  plus: 'M12 5v14M5 12h14',
  play: 'M8 5v14l11-7z',
  pause: 'M7 5h3v14H7zM14 5h3v14h-3z',
  back: 'M6 5v14M19 5v14L8 12z',
  forward: 'M18 5v14M5 5v14l11-7z',
  search: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12l5 5L20 7',
  question: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 18v.5',
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 10h4M4 14h4M16 10h4M16 14h4',
  note: 'M9 18V6l10-2v12M9 18a3 3 0 1 1-3-3 3 3 0 0 1 3 3zM19 16a3 3 0 1 1-3-3 3 3 0 0 1 3 3z',
  pin: 'M7 4h10v9l-5 5-5-5z',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  drop: 'M12 4v11M7 10l5 5 5-5M4 19h16',
  stop: 'M7 7h10v10H7z',
  flag: 'M5 21V4h13l-3 4 3 4H5',
  spark: 'M12 3l2 6 6 2-6 2-2 6-2-6-6-2 6-2z',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  folder: 'M3 6h6l2 2h10v11H3z',
  help: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.5 2.3c-1 .5-1 1-1 1.7M12 17v.1',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7.5v.1',
};
const FILLED = new Set(['play', 'pause', 'stop']);

export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', FILLED.has(name) ? 'rc-icon rc-filled' : 'rc-icon');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}

/** A button with an icon alone; `label` is what is read aloud and shown on hover. */
export function iconButton(name, label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'rc-ghost', title: label, 'aria-label': label, onclick, ...props },
    icon(name));
}

export function button(label, onclick, props = {}) {
  return h('button', { type: 'button', class: 'rc-button', onclick, ...props }, label);
}

let toasts;

/** A short message in the corner; problems stay longer. `act`: [label, action] to go on with. */
export function toast(words, kind = 'info', act = null) {
  if (!toasts || !toasts.isConnected) {
    toasts = h('div', { class: 'rc-toasts', role: 'status', 'aria-live': 'polite' });
    document.body.append(toasts);
  }
  const one = h('div', { class: `rc-toast rc-${kind}` }, h('span', {}, words),
    act ? h('button', { type: 'button', class: 'rc-link', onclick: () => { one.remove(); act[1](); } }, act[0]) : null);
  toasts.append(one);
  setTimeout(() => one.remove(), kind === 'problem' || act ? Math.max(9000, words.length * 55) : 4000);
}

/** A modal dialog; gives back its element. Escape and a click beside it close it. */
export function dialog(title, body, props = {}) {
  const box = h('dialog', { class: `rc-dialog ${props.class ?? ''}`, 'aria-label': title },
    h('header', {}, h('h2', {}, title), iconButton('close', 'Close', () => box.close())), body);
  box.addEventListener('close', () => { box.remove(); props.onclose?.(); });
  box.addEventListener('pointerdown', (event) => { if (event.target === box) box.close(); });
  document.body.append(box);
  box.showModal();
  return box;
}

/** A small menu under `anchor`. `entries`: [label, action] or null for a line. */
export function menu(anchor, entries) {
  const box = h('div', { class: 'rc-menu', role: 'menu', popover: 'auto' });
  for (const entry of entries) {
    if (!entry) { box.append(h('hr')); continue; }
    const [label, action, note] = entry;
    box.append(h('button', { type: 'button', role: 'menuitem', onclick: () => { box.hidePopover(); action(); } },
      h('span', {}, label), note ? h('small', {}, note) : null));
  }
  document.body.append(box);
  const place = anchor.getBoundingClientRect();
  box.addEventListener('toggle', (event) => { if (event.newState === 'closed') box.remove(); });
  box.showPopover();
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
  const below = place.bottom + 4 + height <= innerHeight;
  box.style.top = `${below ? place.bottom + 4 : Math.max(8, place.top - height - 4)}px`;
  box.querySelector('button')?.focus();
  box.addEventListener('keydown', (event) => {
    const all = [...box.querySelectorAll('button')];
    const here = all.indexOf(document.activeElement);
    if (event.key === 'ArrowDown') all[(here + 1) % all.length].focus();
    else if (event.key === 'ArrowUp') all[(here + all.length - 1) % all.length].focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  return box;
}
