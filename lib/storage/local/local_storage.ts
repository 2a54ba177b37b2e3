/** What files lie on, as far as it is known: which device answers for a folder, and whether it proved slow. */

import { dirname } from "node:path";
import { DeviceQueue } from "./device_queue.ts";
import { type FileSystem, SYSTEM } from "./file_system.ts";

/** Folders that are remembered. One that isn't costs a look. */
const MAX_DIRECTORIES = 4096;

/**
 * Files are found and opened through this, so that those on a device that proved slow delay their own requests only.
 * What was quick until now is looked at with the thread held up: a device that dies without having been slow before
 * stops those who ask it once.
 */
export class LocalStorage {
  readonly #devices = new Map<number | null, DeviceQueue>();
  readonly #directories = new Map<string, DeviceQueue>();
  /** Of folders where nothing was found yet. */
  readonly #unknownDevice: DeviceQueue;

  constructor(readonly system: FileSystem = SYSTEM) {
    this.#unknownDevice = new DeviceQueue(system);
  }

  /** The device of that number, which `stat` gives; null where the system doesn't say. */
  getDevice(number: number | null): DeviceQueue {
    let device = this.#devices.get(number);
    if (!device) this.#devices.set(number, device = new DeviceQueue(this.system));
    return device;
  }

  /** The device of what is to be found at `path`, as far as it is known. */
  findDevice(path: string): DeviceQueue {
    return this.#directories.get(dirname(path)) ?? this.#unknownDevice;
  }

  /** A look at `path` might hold the thread up. While any device is slow, a folder that isn't known may lie on it. */
  isSlow(path: string): boolean {
    for (const { slow } of this.#devices.values()) {
      if (slow) return this.#directories.get(dirname(path))?.slow ?? true;
    }
    return false;
  }

  /** @throws what the system has against it */
  realPathSync(path: string): string {
    const since = this.system.now();
    try {
      return this.system.realPathSync(path);
    } finally {
      this.findDevice(path).record(since, 0);
    }
  }

  /** @throws as `realPathSync` */
  async realPath(path: string): Promise<string> {
    return await this.findDevice(path).run({ bytes: 0, run: () => this.system.realPath(path) });
  }

  /**
   * @param path real path
   * @param requestedPath the path that led to it, by links
   * @throws what the system has against it
   */
  statSync(path: string, requestedPath: string): Deno.FileInfo {
    const since = this.system.now();
    const info = this.system.statSync(path);
    this.#recordDevice(path, requestedPath, info).record(since, 0);
    return info;
  }

  /** @throws as `statSync` */
  async stat(path: string, requestedPath: string): Promise<Deno.FileInfo> {
    const info = await this.findDevice(path).run({ bytes: 0, run: () => this.system.stat(path) });
    this.#recordDevice(path, requestedPath, info);
    return info;
  }

  /**
   * @param path real path of a folder
   * @throws as `statSync`
   */
  async readDir(path: string): Promise<Deno.DirEntry[]> {
    const device = this.#directories.get(path) ?? this.#unknownDevice;
    return await device.run({ bytes: 0, run: () => this.system.readDir(path) });
  }

  /** A folder whose links lead to several devices counts as the slow one. */
  #recordDevice(path: string, asked: string, { dev }: Deno.FileInfo): DeviceQueue {
    const device = this.getDevice(dev);
    for (const folder of [dirname(path), dirname(asked)]) {
      const known = this.#directories.get(folder);
      if (known === device || known?.slow) continue;
      if (this.#directories.size >= MAX_DIRECTORIES) this.#directories.clear();
      this.#directories.set(folder, device);
    }
    return device;
  }
}
