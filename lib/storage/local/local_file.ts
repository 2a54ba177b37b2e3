import { MediaError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { DeviceQueue } from "./device_queue.ts";
import { isUnmodified, isUnmodifiedAsync, type OpenedFile } from "./file_change.ts";

interface LocalFileOptions {
  readonly name: string;
  readonly device: DeviceQueue;
  /** As in `OpenOptions`. */
  readonly growing: boolean;
}

/** A regular file that is open: read with blocking calls while its device is fast (docs/design/memory-and-speed.md). */
export class LocalFile implements Source {
  #closed = false;
  /** Asynchronous reads need the descriptor after `close()`. */
  #pendingReads = 0;
  /** Reads of a file are sequential: a file that hangs takes only one slot of its device. */
  #lastRead: Promise<void> | undefined;

  readonly name: string;
  readonly size: number;
  readonly device: DeviceQueue;
  readonly #opened: OpenedFile;
  readonly #growing: boolean;

  constructor(opened: OpenedFile, { name, device, growing }: LocalFileOptions) {
    this.name = name;
    this.size = opened.status.size;
    this.device = device;
    this.#opened = opened;
    this.#growing = growing;
  }

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
        at += requireBytes(system.readSync(this.#opened.fd, { into, at, position }), position);
      }
      if (!this.#growing && !isUnmodified(system, this.#opened)) throw changed(offset);
    } catch (error) {
      throw this.#toReadError(error, offset);
    } finally {
      this.device.record(since, into.length);
    }
  }

  readSize(): number | Promise<number> {
    const { system, slow } = this.device;
    const { fd } = this.#opened;
    if (this.#closed) return this.size;
    if (slow) return this.#readSizeAsync();
    const since = system.now();
    try {
      return system.fstatSync(fd).size;
    } catch (error) {
      throw this.#toReadError(error, 0);
    } finally {
      this.device.record(since, 0);
    }
  }

  async #readSizeAsync(): Promise<number> {
    const { system } = this.device;
    this.#pendingReads++;
    try {
      const run = () => system.fstat(this.#opened.fd);
      return (await this.device.run({ bytes: 0, run })).size;
    } catch (error) {
      throw this.#toReadError(error, 0);
    } finally {
      this.#pendingReads--;
      if (this.#closed) this.#closeWhenIdle();
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
    const { system } = this.device;
    for (let at = 0; at < into.length;) {
      const position = offset + at;
      at += requireBytes(await system.read(this.#opened.fd, { into, at, position }), position);
    }
    if (!this.#growing && !await isUnmodifiedAsync(system, this.#opened)) throw changed(offset);
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
    if (!slow) return system.closeSync(this.#opened.fd);
    system.close(this.#opened.fd).catch(() => {}); // read-only: an error has no consequences
  }
}

function requireBytes(count: number, position: number): number {
  if (count > 0) return count;
  const why = `Cannot read byte ${position}: the file ends before it`;
  throw new MediaError(why, "MEDIA_READ");
}

function changed(offset: number): MediaError {
  const why = `Cannot read byte ${offset}: the file was changed while it was open`;
  return new MediaError(why, "MEDIA_READ");
}
