/** A storage of one channel, `live/news.json`, whose archive is in memory and grows. */

import { MediaError } from "../../lib/errors.ts";
import type { Source } from "../../lib/storage/source.ts";
import type { Storage, StoredEntry, StoredFile } from "../../lib/storage/storage.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";

const ARCHIVE = "live/news.live";

export class ArchiveStorage implements Storage {
  archive = new MemoryFileSystem();
  /** Other files, by path. */
  readonly files = new Map<string, string>();
  /** Of all calls: `stat live/news.json`. */
  readonly calls: string[] = [];
  /** False: everything returns a promise. */
  synchronous = true;
  openSources = 0;
  /** Returns an error that opening a file throws. */
  fail: (path: string) => Error | undefined = () => undefined;
  #generation = 0;

  constructor() {
    this.files.set("live/news.json", '{ "ams": 1, "live": {} }');
  }

  /** Deletes the archive; sources that are open can be read. */
  replaceArchive(archive = new MemoryFileSystem()): void {
    this.archive = archive;
    this.#generation++;
  }

  resolve(directory: string, name: string): string {
    return directory === "" ? name : `${directory}/${name}`;
  }

  stat(path: string): StoredFile | undefined | Promise<StoredFile | undefined> {
    this.calls.push(`stat ${path}`);
    return this.#return(() => this.#stat(path));
  }

  list(path: string): Promise<readonly StoredEntry[] | undefined> {
    this.calls.push(`list ${path}`);
    const names = path === ARCHIVE ? this.archive.list("") : undefined;
    return Promise.resolve(names?.map((name) => ({ name, kind: this.#getKind(name) })));
  }

  open(path: string, name: string): Source | Promise<Source> {
    this.calls.push(`open ${path}`);
    return this.#return(() => this.#open(path, name));
  }

  isGone(): Promise<boolean> {
    return Promise.resolve(false);
  }

  #return<T>(compute: () => T): T | Promise<T> {
    return this.synchronous ? compute() : Promise.resolve().then(compute);
  }

  #getKind(name: string): "file" | "directory" {
    return this.archive.list("").includes(name) && !name.includes(".") && name !== "lock"
      ? "directory"
      : "file";
  }

  #stat(path: string): StoredFile | undefined {
    const text = this.files.get(path);
    const inner = path.startsWith(`${ARCHIVE}/`) ? path.slice(ARCHIVE.length + 1) : undefined;
    if (text === undefined && (inner === undefined || !this.archive.paths().includes(inner))) {
      return undefined;
    }
    const size = text?.length ?? 0;
    const identity = `${path} ${this.#generation}`;
    const kind = inner === undefined || inner.includes("/") ? "file" : "directory";
    return { path, kind, size, modifiedAtMs: 0, identity, fingerprint: `${identity} ${text}` };
  }

  #open(path: string, name: string): Source {
    const failure = this.fail(path);
    if (failure) throw failure;
    const missing = () => new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
    const inner = path.slice(ARCHIVE.length + 1);
    const text = this.files.get(path);
    if (text === undefined && !this.archive.paths().includes(inner)) throw missing();
    const bytes = text === undefined ? undefined : new TextEncoder().encode(text);
    const file = bytes
      ? {
        size: () => bytes.length,
        pread: (into: Uint8Array, offset: number) => {
          into.set(bytes.subarray(offset, offset + into.length));
          return into.length;
        },
      }
      : this.archive.open(inner);
    this.openSources++;
    let isOpen = true;
    return {
      name,
      size: file.size(),
      synchronous: this.synchronous,
      readSize: () => this.#return(() => file.size()),
      read: (offset, into) =>
        this.#return(() => {
          if (!isOpen) throw new MediaError("Cannot read from a closed file", "MEDIA_READ");
          if (file.pread(into, offset) < into.length) {
            throw new MediaError("Cannot read: the file ends before it", "MEDIA_READ");
          }
        }),
      close: () => {
        if (isOpen) this.openSources--;
        isOpen = false;
      },
    };
  }
}
