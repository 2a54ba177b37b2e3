/** The access log of a thread: a line per request. */

import { getStatusLevel, type LogFormat } from "./log_format.ts";
import { type AccessLogEntry, formatRequest } from "./request_line.ts";

/** Lines are written together, at one of these limits. */
const MAX_DELAY_MS = 100;
const MAX_BUFFERED_CHARS = 32768;

/** Lines in order of time, each with its newline, so that those of several threads can be merged. */
export interface LogBatch {
  readonly lines: string;
  /** For each line, in milliseconds since 1970. */
  readonly timesMs: readonly number[];
}

export interface LogEvents {
  /** Called with the time of the first line of the next batch, as soon as there is one. */
  onFirstLine(timeMs: number): void;
  onBatch(batch: LogBatch): void;
}

export class AccessLog {
  #lines = "";
  #timesMs: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly format: LogFormat, readonly events: LogEvents) {}

  /** Returns whether the log contains requests with such a response. */
  includes({ status }: Response): boolean {
    if (this.format === "none") return false;
    return this.format !== "errors" || getStatusLevel(status) !== "info";
  }

  /** Adds a line, whether the log includes such responses or not. */
  logRequest(entry: AccessLogEntry): void {
    const { format } = this;
    if (this.#lines === "") this.events.onFirstLine(entry.endedAtMs);
    const isText = format === "errors" || format === "none";
    this.#lines += `${formatRequest(isText ? "text" : format, entry)}\n`;
    this.#timesMs.push(entry.endedAtMs);
    if (this.#lines.length > MAX_BUFFERED_CHARS) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), MAX_DELAY_MS);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#lines) this.events.onBatch({ lines: this.#lines, timesMs: this.#timesMs });
    this.#lines = "";
    this.#timesMs = [];
  }
}
