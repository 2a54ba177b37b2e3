import { dirname } from "node:path";
import { DeviceQueue } from "./device_queue.ts";
import { type FileSystem, SYSTEM } from "./file_system.ts";

const MAX_DIRECTORIES = 4096;

/**
 * Calls the system such that a slow device delays only requests for its own files. A fast device that suddenly hangs
 * blocks the thread once. Methods throw the errors of the system.
 */
export class Devices {
  readonly #devices = new Map<number | null, DeviceQueue>();
  readonly #directories = new Map<string, DeviceQueue>();
  readonly #unknownDevice: DeviceQueue;

  constructor(readonly system: FileSystem = SYSTEM) {
    this.#unknownDevice = new DeviceQueue(system);
  }

  getDevice(number: number | null): DeviceQueue {
    let device = this.#devices.get(number);
    if (!device) this.#devices.set(number, device = new DeviceQueue(this.system));
    return device;
  }

  findDevice(path: string): DeviceQueue {
    return this.#directories.get(dirname(path)) ?? this.#unknownDevice;
  }

  /** While any device is slow, unknown directories count as slow. */
  isSlow(path: string): boolean {
    for (const { slow } of this.#devices.values()) {
      if (slow) return this.#directories.get(dirname(path))?.slow ?? true;
    }
    return false;
  }

  realPathSync(path: string): string {
    const since = this.system.now();
    try {
      return this.system.realPathSync(path);
    } finally {
      this.findDevice(path).record(since, 0);
    }
  }

  async realPath(path: string): Promise<string> {
    return await this.findDevice(path).run({ bytes: 0, run: () => this.system.realPath(path) });
  }

  /** @param path real path of `requestedPath` */
  statSync(path: string, requestedPath: string): Deno.FileInfo {
    const since = this.system.now();
    const info = this.system.statSync(path);
    this.#recordDevice(path, requestedPath, info).record(since, 0);
    return info;
  }

  async stat(path: string, requestedPath: string): Promise<Deno.FileInfo> {
    const info = await this.findDevice(path).run({ bytes: 0, run: () => this.system.stat(path) });
    this.#recordDevice(path, requestedPath, info);
    return info;
  }

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
