/** Errors of shaka-player. */

const MESSAGES = new Map([
  [1001, "The server returned an error."],
  [1002, "The server could not be reached."],
  [1003, "The request timed out."],
  [3014, "The browser could not decode a segment."],
  [3015, "The browser rejected a segment."],
  [3016, "Playback failed."],
  [3017, "The browser has no buffer space left."],
  [4026, "This browser supports none of the DRM systems of the playlist."],
  [4032, "This browser supports none of the codecs. Try a command under “Links”."],
  [6001, "This browser supports none of the DRM systems."],
  [6007, "The license server returned an error."],
  [6012, "No license server is known."],
]);

/** @param {unknown} error */
export function describePlayerError(error) {
  const { code, data = [] } = /** @type {{ code?: number, data?: unknown[] }} */ (error ?? {});
  if (typeof code !== "number") return error instanceof Error ? error.message : String(error);
  const message = MESSAGES.get(code) ?? "Playback failed.";
  const details = data.filter((it) => typeof it === "string" || typeof it === "number");
  return `${message} (shaka-player ${[code, ...details].join(", ").slice(0, 300)})`;
}
