// Waiting for a preview that is still being made: the server says 503 until it is there.

const GIVE_UP_MS = 20 * 60 * 1000;

/**
 * True once what answered 503 at `url` is there; false where it will not come by waiting.
 *
 * A media element tells no status, so one byte is asked for. What is there at the first question
 * was not waited for: its element failed for another reason, and asking again mends nothing.
 */
export async function came(url, wanted, { ask = fetch, wait = pause } = {}) {
  for (let waited = 0; wanted() && waited < GIVE_UP_MS;) {
    const status = await look(url, ask);
    if (status.code !== 503) return waited > 0 && status.code >= 200 && status.code < 300 && wanted();
    const ms = 1000 * Math.min(10, Math.max(0.25, status.after));
    await wait(ms);
    waited += ms;
  }
  return false;
}

async function look(url, ask) {
  try {
    const answer = await ask(url, { headers: { Range: 'bytes=0-0' }, cache: 'no-store' });
    const code = answer.status;
    if (code !== 503) await answer.body?.cancel();
    return { code, after: Number(answer.headers.get('Retry-After')) || 1 };
  } catch {
    return { code: 0, after: 1 };
  }
}

function pause(ms) {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
