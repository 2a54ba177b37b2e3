/** File system with a clock, latencies and hanging operations that a test controls. */

import {
  type FileStatus,
  type FileSystem,
  SYSTEM,
} from "../../../lib/storage/local/file_system.ts";

export class SlowFileSystem implements FileSystem {
  time = 0;
  /** Latency in milliseconds of operations on paths that contain `where`. */
  latency = 0;
  where = "";
  /** Names of the calls in order: `read`, `readSync`, … */
  readonly calls: string[] = [];
  /** Device number of files whose path contains `part`. */
  readonly devices: [part: string, device: number][] = [];
  readonly #paths = new Map<number, string>();
  readonly #holds = new Map<string, Promise<void>>();

  now(): number {
    return this.time;
  }

  /** Suspends asynchronous operations on paths that contain `part` until the returned function is called. */
  hold(part: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#holds.set(part, promise);
    return () => {
      this.#holds.delete(part);
      resolve();
    };
  }

  realPathSync = (path: string) =>
    this.#runSync("realPathSync", path, () => SYSTEM.realPathSync(path));
  realPath = (path: string) => this.#runAsync("realPath", path, () => SYSTEM.realPath(path));
  statSync = (path: string) =>
    this.#runSync("statSync", path, () => this.#withDevice(path, SYSTEM.statSync(path)));
  stat = (path: string) =>
    this.#runAsync("stat", path, async () => this.#withDevice(path, await SYSTEM.stat(path)));
  lstatSync = (path: string) =>
    this.#runSync("lstatSync", path, () => this.#withDevice(path, SYSTEM.lstatSync(path)));
  lstat = (path: string) =>
    this.#runAsync("lstat", path, async () => this.#withDevice(path, await SYSTEM.lstat(path)));
  readDir = (path: string) => this.#runAsync("readDir", path, () => SYSTEM.readDir(path));
  openSync: FileSystem["openSync"] = (path, mode) =>
    this.#runSync("openSync", path, () => this.#recordPath(path, SYSTEM.openSync(path, mode)));
  open: FileSystem["open"] = (path, mode) =>
    this.#runAsync("open", path, async () => this.#recordPath(path, await SYSTEM.open(path, mode)));
  fstatSync: FileSystem["fstatSync"] = (fd) => this.#toStatus(fd, SYSTEM.fstatSync(fd));
  fstat: FileSystem["fstat"] = async (fd) => this.#toStatus(fd, await SYSTEM.fstat(fd));
  readSync: FileSystem["readSync"] = (fd, target) =>
    this.#runSync("readSync", this.#pathOf(fd), () => SYSTEM.readSync(fd, target));
  read: FileSystem["read"] = (fd, target) =>
    this.#runAsync("read", this.#pathOf(fd), () => SYSTEM.read(fd, target));
  closeSync = (fd: number) => this.#runSync("closeSync", "", () => SYSTEM.closeSync(fd));
  close = (fd: number) => this.#runAsync("close", "", () => SYSTEM.close(fd));

  #runSync<T>(name: string, path: string, work: () => T): T {
    if (this.#findHold(path)) throw new Error(`${name} of ${path} would block`);
    this.calls.push(name);
    if (path.includes(this.where)) this.time += this.latency;
    return work();
  }

  async #runAsync<T>(name: string, path: string, work: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    await this.#findHold(path);
    if (path.includes(this.where)) this.time += this.latency;
    return await work();
  }

  #findHold(path: string): Promise<void> | undefined {
    for (const [part, held] of this.#holds) if (path.includes(part)) return held;
    return undefined;
  }

  #recordPath(path: string, fd: number): number {
    this.#paths.set(fd, path);
    return fd;
  }

  #pathOf(fd: number): string {
    return this.#paths.get(fd) ?? "";
  }

  #deviceOf(path: string): number {
    return this.devices.find(([part]) => path.includes(part))?.[1] ?? 1;
  }

  #withDevice(path: string, info: Deno.FileInfo): Deno.FileInfo {
    return { ...info, dev: this.#deviceOf(path) };
  }

  #toStatus(fd: number, stats: FileStatus): FileStatus {
    const { size, ino, mtimeMs, ctimeMs } = stats;
    const dev = this.#deviceOf(this.#pathOf(fd));
    return { size, ino, mtimeMs, ctimeMs, dev, isFile: () => stats.isFile() };
  }
}
