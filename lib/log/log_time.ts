/** Times of log lines. Most lines share the second of the previous line, so its text is cached. */

let [cachedSecond, cachedIso, cachedCombined] = [NaN, "", ""];

/** Formats `2026-11-24T08:02:29.123Z`. */
export function formatLogTime(timeMs: number): string {
  cacheSecond(timeMs);
  return `${cachedIso}${String(Math.floor(timeMs) % 1000).padStart(3, "0")}Z`;
}

/** Formats `24/Nov/2026:08:02:29 +0000`. */
export function formatCombinedTime(timeMs: number): string {
  cacheSecond(timeMs);
  return cachedCombined;
}

function cacheSecond(timeMs: number): void {
  const second = Math.floor(timeMs / 1000);
  if (second === cachedSecond) return;
  const date = new Date(1000 * second);
  const [, day, month, year, time] = date.toUTCString().split(" ");
  cachedSecond = second;
  cachedIso = date.toISOString().slice(0, -4);
  cachedCombined = `${day}/${month}/${year}:${time} +0000`;
}
