/** A system on a clock that the test moves, whose storage takes as long as the test says, or until it lets go. */

import {
  type FileStatus,
  type FileSystem,
  SYSTEM,
} from "../../../lib/storage/local/file_system.ts";

export class SlowFileSystem implements FileSystem {
  time = 0;
  /** Milliseconds that each look and read takes, of paths with `where` in them. */
  latency = 0;
  where = "";
  /** What is asked of it, in order: `read`, `readSync`, … */
  readonly calls: string[] = [];
  /** Device that files seem to lie on whose path, or that of their descriptor, has it in it. */
  readonly devices: [part: string, device: number][] = [];
  readonly #paths = new Map<number, string>();
  readonly #held = new Map<string, Promise<void>>();

  now(): number {
    return this.time;
  }

  /** What is asked of paths with `part` in them, without the thread held up, is answered when the test lets go. */
  hold(part: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(part, promise);
    return () => {
      this.#held.delete(part);
      resolve();
    };
  }

  realPathSync = (path: string) => this.#now("realPathSync", path, () => SYSTEM.realPathSync(path));
  realPath = (path: string) => this.#later("realPath", path, () => SYSTEM.realPath(path));
  statSync = (path: string) =>
    this.#now("statSync", path, () => this.#placed(path, SYSTEM.statSync(path)));
  stat = (path: string) =>
    this.#later("stat", path, async () => this.#placed(path, await SYSTEM.stat(path)));
  readDir = (path: string) => this.#later("readDir", path, () => SYSTEM.readDir(path));
  openSync = (path: string) =>
    this.#now("openSync", path, () => this.#named(path, SYSTEM.openSync(path)));
  open = (path: string) =>
    this.#later("open", path, async () => this.#named(path, await SYSTEM.open(path)));
  fstatSync: FileSystem["fstatSync"] = (fd) => this.#described(fd, SYSTEM.fstatSync(fd));
  fstat: FileSystem["fstat"] = async (fd) => this.#described(fd, await SYSTEM.fstat(fd));
  readSync: FileSystem["readSync"] = (fd, target) =>
    this.#now("readSync", this.#pathOf(fd), () => SYSTEM.readSync(fd, target));
  read: FileSystem["read"] = (fd, target) =>
    this.#later("read", this.#pathOf(fd), () => SYSTEM.read(fd, target));
  closeSync = (fd: number) => this.#now("closeSync", "", () => SYSTEM.closeSync(fd));
  close = (fd: number) => this.#later("close", "", () => SYSTEM.close(fd));

  #now<T>(what: string, path: string, work: () => T): T {
    if (this.#heldBy(path)) throw new Error(`${what} of ${path} would hold the thread up`);
    this.calls.push(what);
    if (path.includes(this.where)) this.time += this.latency;
    return work();
  }

  async #later<T>(what: string, path: string, work: () => Promise<T>): Promise<T> {
    this.calls.push(what);
    await this.#heldBy(path);
    if (path.includes(this.where)) this.time += this.latency;
    return await work();
  }

  #heldBy(path: string): Promise<void> | undefined {
    for (const [part, held] of this.#held) if (path.includes(part)) return held;
    return undefined;
  }

  #named(path: string, fd: number): number {
    this.#paths.set(fd, path);
    return fd;
  }

  #pathOf(fd: number): string {
    return this.#paths.get(fd) ?? "";
  }

  #deviceOf(path: string): number {
    return this.devices.find(([part]) => path.includes(part))?.[1] ?? 1;
  }

  #placed(path: string, info: Deno.FileInfo): Deno.FileInfo {
    return { ...info, dev: this.#deviceOf(path) };
  }

  #described(fd: number, stats: FileStatus): FileStatus {
    const { size } = stats;
    return { size, isFile: () => stats.isFile(), dev: this.#deviceOf(this.#pathOf(fd)) };
  }
}
