// Work that can wait until the page has drawn, a few pieces at a time: pictures and waves of many
// clips, asked for at once, would hold up everything else.

const AT_ONCE = 4;
const SOON_MS = 500; // begun after that even where the page is never idle
const idle = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 50));
const waiting = []; // what was asked for in one go lies together, in order; the newest in front
let open = false; // what is asked for now still belongs to the newest
let called = false;
let underWay = 0;

/** `work`, which gives a promise, done in its turn: what was asked for last, first. */
export function inTurn(work) {
  if (!open) {
    open = true;
    waiting.unshift([]);
    queueMicrotask(() => { open = false; });
  }
  waiting[0].push(work);
  call();
}

function call() {
  if (called || !waiting.length || underWay >= AT_ONCE) return;
  called = true;
  idle(() => { called = false; begin(); }, { timeout: SOON_MS });
}

function begin() {
  while (waiting.length && underWay < AT_ONCE) {
    const work = waiting[0].shift();
    if (!waiting[0].length) waiting.shift();
    underWay += 1;
    work().catch(() => {}).finally(() => { underWay -= 1; call(); });
  }
}
