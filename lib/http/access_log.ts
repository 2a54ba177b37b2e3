/** One line a request, and one for whatever else the operator should know. */

import { MediaError, RequestError } from "../errors.ts";
import { getBodySize, getErrorInfo, type HttpRequest } from "./response.ts";

/** Text for people, JSON for machines, nothing. */
export type LogFormat = "text" | "json" | "none";

/** What became of a request. */
export interface AccessLogEntry {
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  /** In milliseconds, until the last byte was sent. */
  readonly duration: number;
  readonly request: HttpRequest;
  readonly response: Response;
}

/** Lines go out together, at the latest after so many milliseconds, or bytes. */
const MAX_DELAY_MS = 100;
const MAX_BUFFERED = 32768;

/** `2026-11-24T08:02:29.123Z GET /video.json/.mpd 200 2048 0.8ms`, with code and reason of what went wrong. */
export function formatRequest(form: Exclude<LogFormat, "none">, answered: AccessLogEntry): string {
  const { duration, request: { method, rawPath: path }, response } = answered;
  const time = isoTime(answered.time);
  const { status } = response;
  const bytes = getBodySize(response);
  const ms = Math.round(duration * 10) / 10;
  const { code, reason, stack } = getErrorInfo(response) ?? {};
  if (form === "json") {
    return JSON.stringify({ time, method, path, status, bytes, ms, code, reason, stack });
  }
  const line = `${time} ${escapeUnprintable(method)} ${
    escapeUnprintable(path)
  } ${status} ${bytes} ${ms}ms`;
  if (!code) return line;
  return `${line} ${code} ${JSON.stringify(reason)}${stack ? ` ${JSON.stringify(stack)}` : ""}`;
}

/** A sentence of the server's own. */
export function formatMessage(
  form: Exclude<LogFormat, "none">,
  time: Date,
  note: LogMessage,
): string {
  if (form === "json") return JSON.stringify({ time: time.toISOString(), ...note });
  const { file, message } = note;
  return `${time.toISOString()} ${file ? `${escapeUnprintable(file)}: ` : ""}${
    escapeUnprintable(message, " ")
  }`;
}

export interface LogMessage {
  /** Relative to the root. */
  readonly file?: string;
  readonly message: string;
}

/** What is thrown, as a sentence: with its stack where it is a defect of ours. */
export function describeError(trouble: unknown): string {
  if (typeof trouble === "string") return trouble;
  if (trouble instanceof MediaError || trouble instanceof RequestError) return trouble.message;
  return trouble instanceof Error ? trouble.stack ?? trouble.message : String(trouble);
}

/** The second that was said last, and how: most lines are of the same. */
let [second, said] = [NaN, ""];

/** `2026-11-24T08:02:29.123Z`. */
function isoTime(time: number): string {
  const now = Math.floor(time / 1000);
  if (now !== second) [second, said] = [now, new Date(1000 * now).toISOString().slice(0, -4)];
  return `${said}${String(Math.floor(time) % 1000).padStart(3, "0")}Z`;
}

/** No client writes a line of its own into our log. */
function escapeUnprintable(text: string, also = ""): string {
  if (/^[!-~]*$/.test(text)) return text;
  return text.replace(/[^!-~]/gu, (char) => char === also ? char : escapeChar(char));
}

function escapeChar(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** Lines on their way out, many at a time. */
export class AccessLog {
  #lines = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly format: LogFormat, readonly write: (lines: string) => void) {}

  logRequest(answered: AccessLogEntry): void {
    if (this.format !== "none") this.#add(formatRequest(this.format, answered));
  }

  /** Said even where requests aren't. */
  logMessage(note: LogMessage): void {
    this.#add(formatMessage(this.format === "none" ? "text" : this.format, new Date(), note));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines) this.write(this.#lines);
    this.#lines = "";
  }

  #add(line: string): void {
    this.#lines += `${line}\n`;
    if (this.#lines.length > MAX_BUFFERED) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_DELAY_MS);
  }
}
