import type { LogBatch } from "../log/access_log.ts";
import type { LogFormat } from "../log/log_format.ts";
import { formatMessage, type LogMessage } from "../log/message_line.ts";
import { LogMerger } from "./log_merger.ts";
import { LogQueue } from "./log_queue.ts";
import type { ProcessOutput } from "./stdout.ts";

/** Time to write the last lines, whose reader may have stopped. */
const MAX_FLUSH_MS = 1000;

/** The log of the process: lines of requests, which the workers format, and messages. */
export class ServerLog {
  readonly #queue: LogQueue;
  readonly #merger: LogMerger;
  #hasBatches = false;

  constructor(readonly format: LogFormat, readonly out: ProcessOutput) {
    this.#queue = new LogQueue(
      (text) => out.write(text),
      (count) => this.#reportDropped(`Dropped ${count} log lines: standard output is not read`),
    );
    this.#merger = new LogMerger((lines) => this.#queue.add(lines));
  }

  /** Holds later lines back until the thread adds its batch, whose first line has this time. */
  announceBatch(timeMs: number, thread: object): void {
    this.#hasBatches = true;
    this.#merger.announce(timeMs, thread);
  }

  addBatch(batch: LogBatch, thread: object): void {
    this.#hasBatches = true;
    this.#merger.add(batch, thread);
  }

  /** Logs a message unless the format omits its level. Parsers of the combined format know no other lines. */
  logMessage(message: LogMessage, timeMs = Date.now()): void {
    if (this.#isOmitted(message)) return;
    const line = this.#formatLine(message, timeMs);
    if (this.format === "combined") this.out.warn(line.trimEnd());
    else if (this.#hasBatches) this.#merger.add({ lines: line, timesMs: [timeMs] });
    else this.#queue.add(line); // at once: there is nothing to merge it with
  }

  /** Logs why the process ends, in all formats. */
  logStop(message: string): void {
    const info = { level: "info", message } as const;
    if (this.#isOmitted(info)) this.out.warn(`ams: ${message}`);
    else this.logMessage(info);
  }

  /** Resolves when everything is written, or its time is up. */
  async flush(): Promise<void> {
    this.#merger.flush();
    await this.#queue.flush(MAX_FLUSH_MS);
  }

  #isOmitted({ level }: LogMessage): boolean {
    return this.format === "none" || this.format === "errors" && level === "info";
  }

  /** Returns a line for standard output, or "" if it contains no messages. */
  #reportDropped(message: string): string {
    const line = this.#formatLine({ level: "warn", message }, Date.now());
    if (this.format !== "combined") return line;
    this.out.warn(line.trimEnd());
    return "";
  }

  #formatLine(message: LogMessage, timeMs: number): string {
    return `${formatMessage(this.format === "json" ? "json" : "text", timeMs, message)}\n`;
  }
}
