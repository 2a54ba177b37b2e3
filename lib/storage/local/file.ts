/**
 * A local file. It is read with the thread held up, which is the fastest that the platform has (DESIGN: speed), for as
 * long as the device that it lies on proves quick; else without, and its readers alone wait.
 */

import { MediaError } from "../../errors.ts";
import type { DeviceQueue } from "./device_queue.ts";
import { type Described, UNTIMED } from "./file_system.ts";
import type { Source } from "../source.ts";
import { LocalStorage } from "./local_storage.ts";

/** For programs that do one thing at a time. */
const PATIENT = new LocalStorage(UNTIMED);

/**
 * Opens a regular file.
 *
 * @param path real path of the file
 * @param name what messages call it
 * @param storage where it lies; left out: one that is never too slow to wait for
 * @throws MediaError `MEDIA_MISSING` when there is none, `MEDIA_READ` when it is a directory, a device, a
 * FIFO or not ours to read
 */
export function openFile(path: string, name: string, storage = PATIENT): Source {
  try {
    return openNow(path, name, storage);
  } catch (error) {
    throw cannotOpen(error, name);
  }
}

function openNow(path: string, name: string, storage: LocalStorage): Source {
  const { system } = storage;
  const since = system.now();
  const fd = system.openSync(path);
  try {
    const source = opened(fd, name, { described: system.fstatSync(fd), storage });
    source.device.note(since, 0);
    return source;
  } catch (error) {
    system.closeSync(fd);
    throw error;
  }
}

/** The same, where looking there may take long: nobody but the caller waits. */
async function openFileLater(
  path: string,
  name: string,
  storage: LocalStorage,
): Promise<Source> {
  const ask = () => openSoon(path, name, storage);
  try {
    return await storage.deviceOf(path).run({ bytes: 0, ask });
  } catch (error) {
    throw cannotOpen(error, name);
  }
}

async function openSoon(path: string, name: string, storage: LocalStorage): Promise<Source> {
  const { system } = storage;
  const fd = await system.open(path);
  try {
    return opened(fd, name, { described: await system.fstat(fd), storage });
  } catch (error) {
    await system.close(fd);
    throw error;
  }
}

/** @throws MediaError when it is no regular file */
function opened(
  fd: number,
  name: string,
  { described, storage }: { described: Described; storage: LocalStorage },
): LocalFile {
  if (described.isFile()) {
    return new LocalFile(fd, name, described.size, storage.device(described.dev));
  }
  throw new MediaError("Cannot read what is not a regular file", "MEDIA_READ");
}

/** One or the other, as the storage is. */
export function openFileOn(
  storage: LocalStorage,
  path: string,
  name: string,
): Source | Promise<Source> {
  return storage.isSlow(path) ? openFileLater(path, name, storage) : openFile(path, name, storage);
}

function cannotOpen(error: unknown, name: string): MediaError {
  if (error instanceof MediaError) return error.inFile(name);
  const code = (error as { code?: string }).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  const why = missing ? "Cannot find this file" : `Cannot open this file (${code ?? "no reason"})`;
  return new MediaError(why, missing ? "MEDIA_MISSING" : "MEDIA_READ").inFile(name);
}

class LocalFile implements Source {
  #closed = false;
  /** Reads that didn't hold the thread up and are not done: the descriptor has to live for so long. */
  #underWay = 0;
  /** They are made one after the other, as Deno would, so that a file that hangs takes one turn of its device and no more. */
  #last: Promise<void> | undefined;

  constructor(
    readonly fd: number,
    readonly name: string,
    readonly size: number,
    readonly device: DeviceQueue,
  ) {}

  get synchronous(): boolean {
    return !this.device.slow;
  }

  read(offset: number, into: Uint8Array): void | Promise<void> {
    if (this.#closed) {
      throw new MediaError("Cannot read a file that was closed", "MEDIA_READ").inFile(this.name);
    }
    if (this.device.slow) return this.#readLater(offset, into);
    const { system } = this.device;
    const since = system.now();
    try {
      for (let at = 0; at < into.length;) {
        const position = offset + at;
        at += some(system.readSync(this.fd, { into, at, position }), position);
      }
    } catch (error) {
      throw this.#cannotRead(error, offset);
    } finally {
      this.device.note(since, into.length);
    }
  }

  async #readLater(offset: number, into: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const after = this.#last;
    this.#last = promise;
    this.#underWay++;
    const ask = () => this.#readAll(offset, into);
    try {
      await this.device.run({ bytes: into.length, ask, after });
    } catch (error) {
      throw this.#cannotRead(error, offset);
    } finally {
      resolve();
      this.#underWay--;
      if (this.#closed) this.#closeWhenIdle();
    }
  }

  async #readAll(offset: number, into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.length;) {
      const position = offset + at;
      at += some(await this.device.system.read(this.fd, { into, at, position }), position);
    }
  }

  #cannotRead(error: unknown, offset: number): MediaError {
    if (error instanceof MediaError) return error.inFile(this.name);
    const code = (error as { code?: string }).code ?? "no reason";
    return new MediaError(`Cannot read byte ${offset} (${code})`, "MEDIA_READ").inFile(this.name);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeWhenIdle();
  }

  #closeWhenIdle(): void {
    if (this.#underWay > 0) return;
    const { system, slow } = this.device;
    if (!slow) return system.closeSync(this.fd);
    system.close(this.fd).catch(() => {}); // nothing was written: what the system has against it is of no use to anybody
  }
}

/** @throws MediaError when nothing came */
function some(count: number, position: number): number {
  if (count > 0) return count;
  const why = `Cannot read byte ${position}: the file ends before it`;
  throw new MediaError(why, "MEDIA_READ");
}
