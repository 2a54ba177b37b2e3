/** Errors of shaka-player. */

import { ResponseError } from "./error_message.js";

const MESSAGES = new Map([
  [1001, "The server returned an error."],
  [1002, "The server could not be reached."],
  [1003, "The request timed out."],
  [3014, "The browser could not decode a segment."],
  [3015, "The browser rejected a segment."],
  [3016, "Playback failed."],
  [3017, "The browser has no buffer space left."],
  [4026, "This browser supports none of the DRM systems of the playlist."],
  [4032, "This browser supports none of the codecs."],
  [6001, "This browser supports none of the DRM systems."],
  [6007, "The license server returned an error."],
  [6012, "No license server is known."],
]);

const BAD_STATUS = 1001;
const UNREACHABLE = 1002;
const TIMEOUT = 1003;

/** Numbers in lower errors are statuses, and types of requests. */
const FIRST_MEDIA_CODE = 3000;

/** Severity of an error after which shaka-player goes on by itself, such as that of a manifest that it requests again. */
const RECOVERABLE = 1;

/** Codes of media that the browser does not take. */
const DAMAGED = [3014, 3015, 3016];

/** Statuses of a server, or of a proxy before it, that is away or overloaded. */
const TRANSIENT_STATUSES = [408, 429, 502, 503, 504];

/**
 * - `away`: the server cannot be reached, or will respond later.
 * - `missing`: the server responds, but not with what was requested.
 * - `unsupported`: the browser decodes no variant.
 * - `damaged`: the browser rejects a part of the media.
 * - `handled`: shaka-player goes on by itself, such as with another rendition.
 * - `fatal`: all others.
 *
 * @typedef {"away" | "missing" | "unsupported" | "damaged" | "handled" | "fatal"} PlayerErrorKind
 */

/**
 * @param {unknown} error
 * @returns {PlayerErrorKind}
 */
export function classifyPlayerError(error) {
  const { code, data = [], handled, severity } = toShakaError(error);
  if (handled) return "handled";
  if (code === UNREACHABLE || code === TIMEOUT) return "away";
  if (code === 4032) return "unsupported";
  if (code !== undefined && DAMAGED.includes(code)) return "damaged";
  if (code !== BAD_STATUS) return severity === RECOVERABLE ? "handled" : "fatal";
  return TRANSIENT_STATUSES.includes(Number(data[1])) ? "away" : "missing";
}

/**
 * Returns whether a description of the asset could not be had since the server is away.
 *
 * @param {unknown} error of `fetchJson()`
 */
export function isServerAway(error) {
  if (error instanceof TypeError || error instanceof DOMException) return true; // no response, or not in time
  return error instanceof ResponseError && TRANSIENT_STATUSES.includes(error.status);
}

/**
 * Returns sentences: what happened, the reason that the server gives, and the code of shaka-player.
 *
 * @param {unknown} error
 */
export function describePlayerError(error) {
  const { code, data = [] } = toShakaError(error);
  if (typeof code !== "number") return error instanceof Error ? error.message : String(error);
  const numbers = code < FIRST_MEDIA_CODE ? [] : data.filter((it) => typeof it === "number");
  return `${summarizePlayerError(error)} (shaka-player ${[code, ...numbers].join(", ")})`;
}

/**
 * Returns a sentence on an error of shaka-player: what happened, and the reason that the server gives.
 *
 * @param {unknown} error
 */
export function summarizePlayerError(error) {
  const { code = 0, data = [] } = toShakaError(error);
  return code === BAD_STATUS && typeof data[1] === "number"
    ? describeStatus(data[1], data[2])
    : MESSAGES.get(code) ?? "Playback failed.";
}

/**
 * @param {number} status
 * @param {unknown} body
 */
function describeStatus(status, body) {
  const reason = readReason(body);
  return `The server returned status ${status}${reason ? `: ${reason}` : ""}.`;
}

/**
 * Reads the reason of an error of ams; other servers send HTML.
 *
 * @param {unknown} body
 */
function readReason(body) {
  if (typeof body !== "string" || !body.startsWith("{")) return "";
  try {
    const { reason } = JSON.parse(body);
    return typeof reason === "string" ? reason.slice(0, MAX_REASON_CHARS) : "";
  } catch (error) {
    if (error instanceof SyntaxError) return "";
    throw error;
  }
}

const MAX_REASON_CHARS = 300;

/**
 * @param {unknown} error
 * @returns {{ code?: number, data?: unknown[], handled?: boolean, severity?: number }}
 */
function toShakaError(error) {
  return /** @type {any} */ (error ?? {});
}
