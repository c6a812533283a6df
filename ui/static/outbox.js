// Edits that Python has not answered yet, kept in the tab: a reload or a lost server takes none.

const name = (project) => `rc-unsent-${project}`;

/** `ops` kept for a project, with the revision they were drawn on; none: nothing is kept. */
export function keep(store, project, { revision, ops }) {
  if (ops.length) store.setItem(name(project), JSON.stringify({ revision, ops }));
  else store.removeItem(name(project));
}

/** What was kept for a project, in the order it was done: { revision, ops }. */
export function kept(store, project) {
  try {
    const found = JSON.parse(store.getItem(name(project)) ?? '{}');
    return { revision: found.revision ?? null, ops: Array.isArray(found.ops) ? found.ops : [] };
  } catch {
    return { revision: null, ops: [] };
  }
}
