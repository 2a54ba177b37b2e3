/** Local files: read with blocking calls while their device is fast (docs/design/memory-and-speed.md). */

import { MediaError } from "../../errors.ts";
import type { DeviceQueue } from "./device_queue.ts";
import { type FileStatus, WITHOUT_CLOCK } from "./file_system.ts";
import type { Source } from "../source.ts";
import { Devices } from "./devices.ts";

const BLOCKING = new Devices(WITHOUT_CLOCK);

/**
 * Opens a regular file by its real path, with blocking calls.
 *
 * @throws MediaError `MEDIA_MISSING` if the file does not exist, `MEDIA_READ` if it is not regular or not readable
 */
export function openFile(path: string, name: string, devices = BLOCKING): Source {
  try {
    return openBlocking(path, name, devices);
  } catch (error) {
    throw toOpenError(error, name);
  }
}

function openBlocking(path: string, name: string, devices: Devices): Source {
  const { system } = devices;
  const since = system.now();
  const fd = system.openSync(path);
  try {
    const source = createLocalFile(fd, name, { status: system.fstatSync(fd), devices });
    source.device.record(since, 0);
    return source;
  } catch (error) {
    system.closeSync(fd);
    throw error;
  }
}

async function openFileAsync(
  path: string,
  name: string,
  devices: Devices,
): Promise<Source> {
  const run = () => openAsync(path, name, devices);
  try {
    return await devices.findDevice(path).run({ bytes: 0, run });
  } catch (error) {
    throw toOpenError(error, name);
  }
}

async function openAsync(path: string, name: string, devices: Devices): Promise<Source> {
  const { system } = devices;
  const fd = await system.open(path);
  try {
    return createLocalFile(fd, name, { status: await system.fstat(fd), devices });
  } catch (error) {
    await system.close(fd);
    throw error;
  }
}

function createLocalFile(
  fd: number,
  name: string,
  { status, devices }: { status: FileStatus; devices: Devices },
): LocalFile {
  if (status.isFile()) {
    return new LocalFile(fd, name, status.size, devices.getDevice(status.dev));
  }
  throw new MediaError("Cannot open this file: it is not a regular file", "MEDIA_READ");
}

/** Opens a file like `openFile()`, but returns a promise if its device is slow. */
export function openFileOn(
  devices: Devices,
  path: string,
  name: string,
): Source | Promise<Source> {
  return devices.isSlow(path) ? openFileAsync(path, name, devices) : openFile(path, name, devices);
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
  /** Asynchronous reads need the descriptor after `close()`. */
  #pendingReads = 0;
  /** Reads of a file are sequential: a file that hangs takes only one slot of its device. */
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
      throw new MediaError("Cannot read from a closed file", "MEDIA_READ").inFile(this.name);
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
    const run = () => this.#readAll(offset, into);
    try {
      await this.device.run({ bytes: into.length, run, after });
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
    system.close(this.fd).catch(() => {}); // read-only: an error has no consequences
  }
}

function requireBytes(count: number, position: number): number {
  if (count > 0) return count;
  const why = `Cannot read byte ${position}: the file ends before it`;
  throw new MediaError(why, "MEDIA_READ");
}
