/** What shaka-player's error codes mean to whoever wants to watch. */

/** By code. */
const SENTENCES = new Map([
  [1001, "The server refused a file."],
  [1002, "The server could not be reached."],
  [1003, "The server took too long."],
  [3014, "The browser could not decode what it was given."],
  [3015, "The browser refused a segment."],
  [3016, "The browser could not play it on."],
  [3017, "The browser has no room for the segments."],
  [4032, "This browser can’t decode any of its tracks. Players such as VLC may: see the commands."],
]);

/**
 * @param {unknown} error
 */
export function describePlayerError(error) {
  const { code, data = [] } = /** @type {{ code?: number, data?: unknown[] }} */ (error ?? {});
  if (typeof code !== "number") return error instanceof Error ? error.message : String(error);
  const sentence = SENTENCES.get(code) ?? "The player failed.";
  const details = data.filter((it) => typeof it === "string" || typeof it === "number");
  return `${sentence} (shaka-player ${[code, ...details].join(", ").slice(0, 300)})`;
}
