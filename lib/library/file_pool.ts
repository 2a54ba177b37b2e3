/** Open files of all channels of a library, of which the least recently used are closed. */

import type { Source } from "../storage/source.ts";

interface PooledFile {
  readonly owner: object;
  readonly source: Source;
}

export const MIN_POOLED_FILES = 8;

export class FilePool {
  /** The least recently used comes first. */
  readonly #files = new Map<string, PooledFile>();
  readonly #max: number;
  readonly #ids = new WeakMap<object, number>();
  #lastId = 0;

  constructor(max: number) {
    this.#max = max;
  }

  get count(): number {
    return this.#files.size;
  }

  get(owner: object, name: string): Source | undefined {
    const key = this.#toKey(owner, name);
    const file = this.#files.get(key);
    if (!file) return undefined;
    this.#files.delete(key);
    this.#files.set(key, file);
    return file.source;
  }

  /** Takes a file that is open, and closes others. */
  add(owner: object, name: string, source: Source): void {
    this.#files.set(this.#toKey(owner, name), { owner, source });
    for (const [oldest, { source }] of this.#files) {
      if (this.#files.size <= this.#max) return;
      source.close();
      this.#files.delete(oldest);
    }
  }

  /** Closes the files of an owner. */
  close(owner: object): void {
    for (const [key, file] of this.#files) {
      if (file.owner !== owner) continue;
      file.source.close();
      this.#files.delete(key);
    }
  }

  #toKey(owner: object, name: string): string {
    const id = this.#ids.get(owner) ?? ++this.#lastId;
    this.#ids.set(owner, id);
    return `${id} ${name}`;
  }
}
