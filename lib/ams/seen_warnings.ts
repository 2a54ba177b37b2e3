import { Cache } from "../cache.ts";

const CAPACITY_BYTES = 2 ** 20;

/** Remembers warnings of assets, which every worker reports whenever it opens them, so that the log contains each once. */
export class SeenWarnings {
  readonly #seen = new Cache<true>(CAPACITY_BYTES);

  /** Returns true if this is the first such warning of the file, or was forgotten since. */
  add(file: string, message: string): boolean {
    const key = JSON.stringify([file, message]);
    if (this.#seen.get(key)) return false;
    this.#seen.set(key, true, 2 * key.length);
    return true;
  }
}
