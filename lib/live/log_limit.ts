import type { TimeoutClock } from "../timeout_clock.ts";
import type { IngestLog } from "./http/http_connection.ts";

/** Lines of one address within ten seconds. */
const MAX_LINES = 300;
const WINDOW_MS = 10_000;

/** Addresses that are counted each on its own. */
const MAX_ADDRESSES = 1000;
const OTHERS = "other addresses";

/** Bounds what the log has of connections: everyone can open thousands in a second, each of which is closed with a line. */
export class LogLimit {
  readonly #log: (entry: IngestLog) => void;
  readonly #clock: TimeoutClock;
  /** Lines by address, since `#start`. */
  readonly #lines = new Map<string, number>();
  #start = -Infinity;

  constructor(log: (entry: IngestLog) => void, clock: TimeoutClock) {
    this.#log = log;
    this.#clock = clock;
  }

  /** Logs a line about a client, or counts it for a line that follows. */
  log(address: string, entry: IngestLog): void {
    if (this.#clock.now() - this.#start >= WINDOW_MS) this.#restart();
    const isCounted = this.#lines.has(address) || this.#lines.size < MAX_ADDRESSES;
    const key = isCounted ? address : OTHERS;
    const lines = (this.#lines.get(key) ?? 0) + 1;
    this.#lines.set(key, lines);
    if (lines <= MAX_LINES) this.#log(entry);
    if (lines === MAX_LINES + 1) this.#reportLater();
  }

  /** Reports what was left out if no line comes that does: lines of a later window are not touched. */
  #reportLater(): void {
    const start = this.#start;
    this.#clock.start(() => start === this.#start && this.#restart(), WINDOW_MS);
  }

  #restart(): void {
    this.#start = this.#clock.now();
    const lines = [...this.#lines];
    this.#lines.clear();
    for (const [key, count] of lines) {
      if (count <= MAX_LINES) continue;
      const omitted = count - MAX_LINES;
      const message = `Publisher ${key}: ${omitted} more lines within 10 s were left out`;
      this.#log({ level: "warn", message });
    }
  }
}
