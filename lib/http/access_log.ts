/** The access log: a line per request, and messages of the server. */

import { MediaError, RequestError } from "../errors.ts";
import type { HttpRequest } from "./request.ts";
import { getBodySize, getErrorInfo } from "./response.ts";

export type LogFormat = "text" | "json" | "none";

export interface AccessLogEntry {
  readonly receivedAtMs: number;
  /** Until the last byte was sent. */
  readonly durationMs: number;
  readonly request: HttpRequest;
  readonly response: Response;
}

export interface LogMessage {
  readonly file?: string;
  readonly message: string;
}

/** Limits a path, and a reason, which may repeat it. A client can send 64 KB. */
const MAX_PATH_CHARS = 2048;

/** Lines are written together, at one of these limits. */
const MAX_DELAY_MS = 100;
const MAX_BUFFERED_CHARS = 32768;

/** Formats `2026-11-24T08:02:29.123Z GET /a.json/.mpd 200 2048 0.8ms`, with an error's code and reason. */
export function formatRequest(format: Exclude<LogFormat, "none">, entry: AccessLogEntry): string {
  const { durationMs, request: { method, rawPath }, response } = entry;
  const time = formatTime(entry.receivedAtMs);
  const { status } = response;
  const bytes = getBodySize(response);
  const ms = Math.round(durationMs * 10) / 10;
  const { code, reason: fullReason, stack } = getErrorInfo(response) ?? {};
  const reason = fullReason && shorten(fullReason);
  if (format === "json") {
    const path = shorten(rawPath);
    return JSON.stringify({ time, method, path, status, bytes, ms, code, reason, stack });
  }
  const line = `${time} ${escapeUnprintable(method)} ${
    shorten(escapeUnprintable(rawPath))
  } ${status} ${bytes} ${ms}ms`;
  if (!code) return line;
  return `${line} ${code} ${JSON.stringify(reason)}${stack ? ` ${JSON.stringify(stack)}` : ""}`;
}

export function formatMessage(
  format: Exclude<LogFormat, "none">,
  time: Date,
  { file, message: text }: LogMessage,
): string {
  const message = file ? removeOwnName(text, file) : text;
  if (format === "json") {
    return JSON.stringify({ time: time.toISOString(), file: file && shorten(file), message });
  }
  const prefix = file ? `${shorten(escapeUnprintable(file))}: ` : "";
  return `${time.toISOString()} ${prefix}${escapeUnprintable(message, " ")}`;
}

function shorten(path: string): string {
  return path.length > MAX_PATH_CHARS ? `${path.slice(0, MAX_PATH_CHARS - 3)}...` : path;
}

/** Messages about a plain media file begin with its name, with or without its directory. */
function removeOwnName(text: string, file: string): string {
  const names = [file, file.slice(file.lastIndexOf("/") + 1)];
  const prefix = names.map((name) => `${name}: `).find((prefix) => text.startsWith(prefix));
  return text.slice(prefix?.length ?? 0);
}

export function describeError(error: unknown): string {
  if (typeof error === "string") return error;
  if (error instanceof MediaError || error instanceof RequestError) return error.message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** Most lines share the second of the previous line. */
let [cachedSecond, cachedText] = [NaN, ""];

function formatTime(time: number): string {
  const second = Math.floor(time / 1000);
  if (second !== cachedSecond) {
    [cachedSecond, cachedText] = [second, new Date(1000 * second).toISOString().slice(0, -4)];
  }
  return `${cachedText}${String(Math.floor(time) % 1000).padStart(3, "0")}Z`;
}

/** Prevents clients from forging lines. */
function escapeUnprintable(text: string, allowed = ""): string {
  if (/^[!-~]*$/.test(text)) return text;
  return text.replace(/[^!-~]/gu, (char) => char === allowed ? char : escapeChar(char));
}

function escapeChar(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

export class AccessLog {
  #lines = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly format: LogFormat, readonly write: (lines: string) => void) {}

  logRequest(entry: AccessLogEntry): void {
    if (this.format !== "none") this.#add(formatRequest(this.format, entry));
  }

  /** Logs a message, even if requests are not logged. */
  logMessage(message: LogMessage): void {
    const format = this.format === "none" ? "text" : this.format;
    this.#add(formatMessage(format, new Date(), message));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines) this.write(this.#lines);
    this.#lines = "";
  }

  #add(line: string): void {
    this.#lines += `${line}\n`;
    if (this.#lines.length > MAX_BUFFERED_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_DELAY_MS);
  }
}
