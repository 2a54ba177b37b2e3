import { dirname } from "node:path";
import { DeviceQueue } from "./device_queue.ts";
import { type FileSystem, SYSTEM } from "./file_system.ts";

const MAX_DIRECTORIES = 4096;

/**
 * Resolves paths and opens files such that a slow device delays only requests for its own files. Devices count as fast
 * until they prove slow: a fast device that suddenly hangs blocks the thread once.
 */
export class LocalStorage {
  readonly #devices = new Map<number | null, DeviceQueue>();
  readonly #directories = new Map<string, DeviceQueue>();
  /** Device of directories without a known file. */
  readonly #unknownDevice: DeviceQueue;

  constructor(readonly system: FileSystem = SYSTEM) {
    this.#unknownDevice = new DeviceQueue(system);
  }

  /** Returns the device with a number of `stat()`, which is null on some systems. */
  getDevice(number: number | null): DeviceQueue {
    let device = this.#devices.get(number);
    if (!device) this.#devices.set(number, device = new DeviceQueue(this.system));
    return device;
  }

  /** Returns the device of the directory of `path`, or the unknown device. */
  findDevice(path: string): DeviceQueue {
    return this.#directories.get(dirname(path)) ?? this.#unknownDevice;
  }

  /** Returns whether access to `path` may block. While any device is slow, unknown directories count as slow. */
  isSlow(path: string): boolean {
    for (const { slow } of this.#devices.values()) {
      if (slow) return this.#directories.get(dirname(path))?.slow ?? true;
    }
    return false;
  }

  /** @throws errors of the system */
  realPathSync(path: string): string {
    const since = this.system.now();
    try {
      return this.system.realPathSync(path);
    } finally {
      this.findDevice(path).record(since, 0);
    }
  }

  /** @throws like `realPathSync()` */
  async realPath(path: string): Promise<string> {
    return await this.findDevice(path).run({ bytes: 0, run: () => this.system.realPath(path) });
  }

  /**
   * @param path real path
   * @param requestedPath path that resolved to `path` through links
   * @throws errors of the system
   */
  statSync(path: string, requestedPath: string): Deno.FileInfo {
    const since = this.system.now();
    const info = this.system.statSync(path);
    this.#recordDevice(path, requestedPath, info).record(since, 0);
    return info;
  }

  /** @throws like `statSync()` */
  async stat(path: string, requestedPath: string): Promise<Deno.FileInfo> {
    const info = await this.findDevice(path).run({ bytes: 0, run: () => this.system.stat(path) });
    this.#recordDevice(path, requestedPath, info);
    return info;
  }

  /**
   * @param path real path of a directory
   * @throws like `statSync()`
   */
  async readDir(path: string): Promise<Deno.DirEntry[]> {
    const device = this.#directories.get(path) ?? this.#unknownDevice;
    return await device.run({ bytes: 0, run: () => this.system.readDir(path) });
  }

  /** A directory whose links lead to several devices gets the slow one. */
  #recordDevice(path: string, asked: string, { dev }: Deno.FileInfo): DeviceQueue {
    const device = this.getDevice(dev);
    for (const directory of [dirname(path), dirname(asked)]) {
      const known = this.#directories.get(directory);
      if (known === device || known?.slow) continue;
      if (this.#directories.size >= MAX_DIRECTORIES) this.#directories.clear();
      this.#directories.set(directory, device);
    }
    return device;
  }
}
