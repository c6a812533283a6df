// Time for people and for the page: float seconds in, text out. Python keeps the exact truth.

/** "HH:MM:SS:FF" without hours below one hour: the timecode editors read. */
export function timecode(seconds, rate) {
  const base = Math.max(1, Math.round(rate));
  const frames = Math.max(0, Math.round(seconds * rate));
  const total = Math.floor(frames / base);
  const parts = [Math.floor(total / 60) % 60, total % 60, frames % base];
  const hours = Math.floor(total / 3600);
  if (hours) parts.unshift(hours);
  return parts.map((n) => String(n).padStart(2, '0')).join(':');
}

/** "MM:SS" for the ruler: true seconds, whatever the rate. */
export function minutes(seconds) {
  const whole = Math.round(seconds);
  return [Math.floor(whole / 60), whole % 60].map((n) => String(n).padStart(2, '0')).join(':');
}

/** "M:SS" for lengths on cards. */
export function length(seconds) {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** "M:SS.d" for in and out points. */
export function point(seconds) {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${tenths % 10}`;
}

/** Seconds moved to the nearest frame. */
export function snap(seconds, rate) {
  return Math.round(seconds * rate) / rate;
}

/** Seconds as the decimal text Python takes: never negative, never in exponent form. */
export function text(seconds) {
  return Math.max(0, seconds).toFixed(6);
}

const STEPS = [0.04, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

/** Seconds between labelled ticks so that labels stand at least `room` pixels apart. */
export function tickStep(pixelsPerSecond, room = 70) {
  return STEPS.find((step) => step * pixelsPerSecond >= room) ?? STEPS[STEPS.length - 1];
}

/** A stretch of time as people say it: "8 s", "4 min", "1 h 20 min". */
export function about(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const whole = Math.round(seconds / 60);
  return whole < 90 ? `${whole} min` : `${Math.floor(whole / 60)} h ${whole % 60} min`;
}

/** The hour and minute of an ISO instant, here; with its day where that is another one. */
export function clockTime(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.valueOf())) return '';
  const hour = at.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return at.toDateString() === new Date().toDateString() ? hour : `${at.toLocaleDateString()} ${hour}`;
}
