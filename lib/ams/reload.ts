/** Reads files again on SIGHUP. */

import type { LogLevel } from "../log/log_format.ts";
import type { ReloadResult } from "../metrics/result_counts.ts";

export interface ReloadableFiles {
  /** What they contain, for the log: "certificate". */
  readonly name: string;
  /**
   * Reads and checks the files without changing anything. Returns a function that puts them into use, which never throws.
   *
   * @throws Error with the reason for the log
   */
  read(): (() => void) | Promise<() => void>;
}

export interface ReloaderOptions {
  readonly files: readonly ReloadableFiles[];
  readonly log: (message: string, level: LogLevel) => void;
  readonly formatError: (error: unknown) => string;
  readonly count?: (result: ReloadResult) => void;
}

export class Reloader {
  readonly #options: ReloaderOptions;
  #running: Promise<void> | undefined;
  #again = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
  }

  /** Puts all files into use, or none. Resolves when calls until then are done; never rejects. */
  reload(): Promise<void> {
    this.#again = true;
    return this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    const { log, formatError, count } = this.#options;
    while (this.#again) {
      this.#again = false; // files that change from here on are read by the next call
      try {
        log(await this.#reload(), "info");
      } catch (error) {
        log(`Cannot reload, so nothing has changed: ${formatError(error)}`, "error");
        count?.("error");
      }
    }
    this.#running = undefined;
  }

  /** Returns the line for the log. */
  async #reload(): Promise<string> {
    const { files, count } = this.#options;
    if (files.length === 0) {
      return "Nothing to reload: ams was started without files that SIGHUP reloads";
    }
    const changes = [];
    for (const file of files) changes.push(await file.read());
    for (const apply of changes) apply();
    count?.("success");
    return `Reloaded: ${files.map(({ name }) => name).join(", ")}`;
  }
}
