/** Init segments that a publisher put as files, until it is known whose they are. */

import { findMax } from "../../extremes.ts";
import type { LiveInit } from "../media/live_init.ts";
import { getPathDirectory } from "./manifest_path.ts";

const MAX_FILES = 200;

/** In bytes, for the moov boxes of all that wait. */
const MAX_BYTES = 8 * 2 ** 20;

/** In µs: an encoder puts all its init segments within that time. Those before are of an earlier one. */
const MAX_SPREAD = 60e6;

interface InitFile {
  readonly init: LiveInit;
  /** In µs of the monotonic clock. */
  readonly receivedAt: number;
}

export interface OwnedInit {
  readonly stream: string;
  readonly init: LiveInit;
}

export class InitFiles {
  readonly #waiting = new Map<string, InitFile>();
  /** Streams to which init segments belong, by path. */
  readonly #owners = new Map<string, string>();

  /** Paths of those that cannot be stored. */
  readonly #rejected = new Set<string>();

  add(path: string, file: InitFile): void {
    this.#rejected.delete(path);
    this.#waiting.delete(path);
    this.#waiting.set(path, file);
    let bytes = 0;
    for (const { init } of this.#waiting.values()) bytes += init.moov.length;
    for (const [oldest, { init }] of this.#waiting) {
      if (this.#waiting.size <= MAX_FILES && bytes <= MAX_BYTES) break;
      this.#waiting.delete(oldest);
      bytes -= init.moov.length;
    }
  }

  reject(path: string): void {
    this.#waiting.delete(path);
    this.#rejected.add(path);
    if (this.#rejected.size > MAX_FILES) {
      this.#rejected.delete(this.#rejected.values().next().value!);
    }
  }

  listRejected(): string[] {
    return [...this.#rejected];
  }

  getOwner(path: string): string | undefined {
    return this.#owners.get(path);
  }

  findOwner(isInit: (path: string) => boolean): string | undefined {
    for (const [path, stream] of this.#owners) if (isInit(path)) return stream;
    return undefined;
  }

  setOwner(path: string, stream: string): void {
    this.#rejected.delete(path);
    this.#owners.delete(path);
    this.#owners.set(path, stream);
    if (this.#owners.size > MAX_FILES) this.#owners.delete(this.#owners.keys().next().value!);
  }

  /** Takes the init segment at a path, if it waits. */
  take(path: string, stream: string): OwnedInit[] {
    const file = this.#waiting.get(path);
    if (!file) return [];
    this.#waiting.delete(path);
    this.setOwner(path, stream);
    return [{ stream, init: file.init }];
  }

  /** Takes all whose stream is known, in the order in which they came. */
  takeKnown(findStream: (path: string) => string | undefined): OwnedInit[] {
    return [...this.#waiting.keys()].flatMap((path) => {
      const stream = findStream(path);
      return stream === undefined ? [] : this.take(path, stream);
    });
  }

  /** Returns those in a directory that wait, of the last encoder. */
  list(directory: string): { readonly path: string; readonly receivedAt: number }[] {
    const files = [...this.#waiting].flatMap(([path, { receivedAt }]) =>
      getPathDirectory(path) === directory ? [{ path, receivedAt }] : []
    );
    const last = findMax(files.map(({ receivedAt }) => receivedAt));
    return files.filter(({ receivedAt }) => last - receivedAt <= MAX_SPREAD);
  }
}
