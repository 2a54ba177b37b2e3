/** One line a request, and one for whatever else the operator should know. */

import { MediaError, RequestError } from "../errors.ts";
import { getBodySize, type HttpRequest, toErrorInfo } from "./response.ts";

/** Text for people, JSON for machines, nothing. */
export type LogFormat = "text" | "json" | "none";

/** What became of a request. */
export interface AccessLogEntry {
  /** When it came, in milliseconds since 1970. */
  readonly time: number;
  /** In milliseconds, until the last byte was sent. */
  readonly duration: number;
  readonly call: HttpRequest;
  readonly response: Response;
}

/** Lines go out together, at the latest after so many milliseconds, or bytes. */
const DELAY = 100;
const FULL = 32768;

/** `2026-11-24T08:02:29.123Z GET /video.json/.mpd 200 2048 0.8ms`, with code and reason of what went wrong. */
export function formatRequest(form: Exclude<LogFormat, "none">, answered: AccessLogEntry): string {
  const { duration, call: { method, rawPath: path }, response } = answered;
  const time = isoTime(answered.time);
  const { status } = response;
  const bytes = getBodySize(response);
  const ms = Math.round(duration * 10) / 10;
  const { code, reason, stack } = toErrorInfo(response) ?? {};
  if (form === "json") {
    return JSON.stringify({ time, method, path, status, bytes, ms, code, reason, stack });
  }
  const line = `${time} ${printable(method)} ${printable(path)} ${status} ${bytes} ${ms}ms`;
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
  return `${time.toISOString()} ${file ? `${printable(file)}: ` : ""}${printable(message, " ")}`;
}

export interface LogMessage {
  /** Relative to the root. */
  readonly file?: string;
  readonly message: string;
}

/** What is thrown, as a sentence: with its stack where it is a defect of ours. */
export function toLogMessage(trouble: unknown): string {
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
function printable(text: string, also = ""): string {
  if (/^[!-~]*$/.test(text)) return text;
  return text.replace(/[^!-~]/gu, (char) => char === also ? char : escape(char));
}

function escape(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** Lines on their way out, many at a time. */
export class AccessLog {
  #lines = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly form: LogFormat, readonly write: (lines: string) => void) {}

  request(answered: AccessLogEntry): void {
    if (this.form !== "none") this.#add(formatRequest(this.form, answered));
  }

  /** Said even where requests aren't. */
  note(note: LogMessage): void {
    this.#add(formatMessage(this.form === "none" ? "text" : this.form, new Date(), note));
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines) this.write(this.#lines);
    this.#lines = "";
  }

  #add(line: string): void {
    this.#lines += `${line}\n`;
    if (this.#lines.length > FULL) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), DELAY);
  }
}
