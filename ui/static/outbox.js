// What Python has not answered yet, kept in the tab: a reload or a lost server takes none of it.

const TYPED = 'rc-typed';
const name = (project) => `rc-unsent-${project}`;

/** The tab's storage; in a browser that keeps nothing, or no more, what waits is in the page alone. */
export const tab = {
  getItem: (key) => attempt(() => sessionStorage.getItem(key)),
  setItem: (key, value) => attempt(() => sessionStorage.setItem(key, value)),
  removeItem: (key) => attempt(() => sessionStorage.removeItem(key)),
};

function attempt(act) {
  try {
    return act() ?? null;
  } catch {
    return null;
  }
}

/** Words typed to the assistant, kept until the page that comes after asks for them. */
export function keepTyped(store, words) {
  if (words) store.setItem(TYPED, words);
}

export function takeTyped(store) {
  const words = store.getItem(TYPED) ?? '';
  store.removeItem(TYPED);
  return words;
}

/** `ops` kept for a project, with the edit they were drawn on; none: nothing is kept. */
export function keep(store, project, { drawn_on, ops }) {
  if (ops.length) store.setItem(name(project), JSON.stringify({ drawn_on, ops }));
  else store.removeItem(name(project));
}

/** What was kept for a project, in the order it was done: { drawn_on, ops }. */
export function kept(store, project) {
  try {
    const found = JSON.parse(store.getItem(name(project)) ?? '{}');
    return { drawn_on: found.drawn_on ?? null, ops: Array.isArray(found.ops) ? found.ops : [] };
  } catch {
    return { drawn_on: null, ops: [] };
  }
}
