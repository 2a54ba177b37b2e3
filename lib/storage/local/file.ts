/**
 * A local file. It is read with the thread held up, which is the fastest that the platform has (DESIGN: speed), for as
 * long as the device that it lies on proves quick; else without, and its readers alone wait.
 */

import { MediaError } from "../../errors.ts";
import type { DeviceQueue } from "./device_queue.ts";
import { type FileStatus, WITHOUT_CLOCK } from "./file_system.ts";
import type { Source } from "../source.ts";
import { LocalStorage } from "./local_storage.ts";

/** For programs that do one thing at a time. */
const BLOCKING = new LocalStorage(WITHOUT_CLOCK);

/**
 * Opens a regular file.
 *
 * @param path real path of the file
 * @param name what messages call it
 * @param storage where it lies; left out: one that is never too slow to wait for
 * @throws MediaError `MEDIA_MISSING` when there is none, `MEDIA_READ` when it is a directory, a device, a
 * FIFO or not ours to read
 */
export function openFile(path: string, name: string, storage = BLOCKING): Source {
  try {
    return openBlocking(path, name, storage);
  } catch (error) {
    throw toOpenError(error, name);
  }
}

function openBlocking(path: string, name: string, storage: LocalStorage): Source {
  const { system } = storage;
  const since = system.now();
  const fd = system.openSync(path);
  try {
    const source = createLocalFile(fd, name, { status: system.fstatSync(fd), storage });
    source.device.record(since, 0);
    return source;
  } catch (error) {
    system.closeSync(fd);
    throw error;
  }
}

/** The same, where looking there may take long: nobody but the caller waits. */
async function openFileAsync(
  path: string,
  name: string,
  storage: LocalStorage,
): Promise<Source> {
  const ask = () => openAsync(path, name, storage);
  try {
    return await storage.findDevice(path).run({ bytes: 0, run: ask });
  } catch (error) {
    throw toOpenError(error, name);
  }
}

async function openAsync(path: string, name: string, storage: LocalStorage): Promise<Source> {
  const { system } = storage;
  const fd = await system.open(path);
  try {
    return createLocalFile(fd, name, { status: await system.fstat(fd), storage });
  } catch (error) {
    await system.close(fd);
    throw error;
  }
}

/** @throws MediaError when it is no regular file */
function createLocalFile(
  fd: number,
  name: string,
  { status, storage }: { status: FileStatus; storage: LocalStorage },
): LocalFile {
  if (status.isFile()) {
    return new LocalFile(fd, name, status.size, storage.getDevice(status.dev));
  }
  throw new MediaError("Cannot read what is not a regular file", "MEDIA_READ");
}

/** One or the other, as the storage is. */
export function openFileOn(
  storage: LocalStorage,
  path: string,
  name: string,
): Source | Promise<Source> {
  return storage.isSlow(path) ? openFileAsync(path, name, storage) : openFile(path, name, storage);
}

function toOpenError(error: unknown, name: string): MediaError {
  if (error instanceof MediaError) return error.inFile(name);
  const code = (error as { code?: string }).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  const why = missing ? "Cannot find this file" : `Cannot open this file (${code ?? "no reason"})`;
  return new MediaError(why, missing ? "MEDIA_MISSING" : "MEDIA_READ").inFile(name);
}

class LocalFile implements Source {
  #closed = false;
  /** Reads that didn't hold the thread up and are not done: the descriptor has to live for so long. */
  #pendingReads = 0;
  /** They are made one after the other, as Deno would, so that a file that hangs takes one turn of its device and no more. */
  #lastRead: Promise<void> | undefined;

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
    if (this.device.slow) return this.#readAsync(offset, into);
    const { system } = this.device;
    const since = system.now();
    try {
      for (let at = 0; at < into.length;) {
        const position = offset + at;
        at += requireBytes(system.readSync(this.fd, { into, at, position }), position);
      }
    } catch (error) {
      throw this.#toReadError(error, offset);
    } finally {
      this.device.record(since, into.length);
    }
  }

  async #readAsync(offset: number, into: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const after = this.#lastRead;
    this.#lastRead = promise;
    this.#pendingReads++;
    const ask = () => this.#readAll(offset, into);
    try {
      await this.device.run({ bytes: into.length, run: ask, after });
    } catch (error) {
      throw this.#toReadError(error, offset);
    } finally {
      resolve();
      this.#pendingReads--;
      if (this.#closed) this.#closeWhenIdle();
    }
  }

  async #readAll(offset: number, into: Uint8Array): Promise<void> {
    for (let at = 0; at < into.length;) {
      const position = offset + at;
      at += requireBytes(await this.device.system.read(this.fd, { into, at, position }), position);
    }
  }

  #toReadError(error: unknown, offset: number): MediaError {
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
    if (this.#pendingReads > 0) return;
    const { system, slow } = this.device;
    if (!slow) return system.closeSync(this.fd);
    system.close(this.fd).catch(() => {}); // nothing was written: what the system has against it is of no use to anybody
  }
}

/** @throws MediaError when nothing came */
function requireBytes(count: number, position: number): number {
  if (count > 0) return count;
  const why = `Cannot read byte ${position}: the file ends before it`;
  throw new MediaError(why, "MEDIA_READ");
}
