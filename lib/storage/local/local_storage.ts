/** A directory of the local file system (docs/design/memory-and-speed.md). */

import { isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError, RequestError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { FileKind, OpenOptions, Storage, StoredEntry, StoredFile } from "../storage.ts";
import { Devices } from "./devices.ts";
import { accessDenied, openFileOn } from "./file.ts";
import { isRootGone } from "./root_check.ts";

/** On Windows `:` denotes a drive or an alternate data stream. */
const FORBIDDEN_CHARS = Deno.build.os === "windows" ? /[:\0]/ : /\0/;

/** Follows links inside the root. Returns promises for files on slow devices. */
export class LocalStorage implements Storage {
  readonly #root: string;
  readonly #devices: Devices;
  readonly #rootDevice: number | undefined;

  /**
   * @param root free of links, so that links that lead outside can be recognized
   * @param rootDevice number of the device that contains the root, to notice that it is no longer mounted
   */
  constructor(root: string, devices: Devices = new Devices(), rootDevice?: number) {
    this.#root = root;
    this.#devices = devices;
    this.#rootDevice = rootDevice;
  }

  resolve(directory: string, name: string): string {
    return this.#toRelative(resolve(this.#root, directory, name), name);
  }

  stat(path: string, name: string): StoredFile | undefined | Promise<StoredFile | undefined> {
    if (FORBIDDEN_CHARS.test(path)) return undefined;
    const requested = join(this.#root, path);
    return this.#devices.isSlow(requested)
      ? this.#statAsync(requested, name)
      : this.#statSync(requested, name);
  }

  #statSync(requested: string, name: string): StoredFile | undefined {
    try {
      const real = this.#devices.realPathSync(requested);
      const path = this.#toRelative(real, name);
      return new LocalStatus(path, real, this.#devices.statSync(real, requested));
    } catch (error) {
      return ignoreNotFound(error, name);
    }
  }

  async #statAsync(requested: string, name: string): Promise<StoredFile | undefined> {
    try {
      const real = await this.#devices.realPath(requested);
      const path = this.#toRelative(real, name);
      return new LocalStatus(path, real, await this.#devices.stat(real, requested));
    } catch (error) {
      return ignoreNotFound(error, name);
    }
  }

  async list(path: string, name: string): Promise<readonly StoredEntry[] | undefined> {
    try {
      const entries = await this.#devices.readDir(join(this.#root, path));
      return entries.map((entry) => ({ name: entry.name, kind: getEntryKind(entry) }));
    } catch (error) {
      return ignoreNotFound(error, name);
    }
  }

  open(path: string, name: string, options?: OpenOptions): Source | Promise<Source> {
    return openFileOn(this.#devices, join(this.#root, path), { name, ...options });
  }

  isGone(): Promise<boolean> {
    return isRootGone(this.#devices.system, this.#root, this.#rootDevice);
  }

  #toRelative(path: string, name: string): string {
    const inner = relative(this.#root, path);
    if (isAbsolute(inner) || inner === ".." || inner.startsWith(`..${SEPARATOR}`)) {
      throw outsideRoot(name);
    }
    return SEPARATOR === "/" ? inner : inner.replaceAll(SEPARATOR, "/");
  }
}

class LocalStatus implements StoredFile {
  readonly #real: string;
  readonly #info: Deno.FileInfo;

  constructor(readonly path: string, real: string, info: Deno.FileInfo) {
    this.#real = real;
    this.#info = info;
  }

  get kind(): FileKind {
    return getKind(this.#info);
  }

  get size(): number {
    return this.#info.size;
  }

  get modifiedAtMs(): number | undefined {
    return this.#info.mtime?.getTime();
  }

  get fingerprint(): string {
    const { dev, ino, size, mtime, ctime } = this.#info;
    return [this.#real, dev, ino, size, mtime?.getTime(), ctime?.getTime()].join();
  }

  get identity(): string {
    const { dev, ino } = this.#info;
    return [this.#real, dev, ino].join();
  }
}

function getKind({ isFile, isDirectory }: Pick<Deno.FileInfo, "isFile" | "isDirectory">): FileKind {
  return isFile ? "file" : isDirectory ? "directory" : "other";
}

function getEntryKind(entry: Deno.DirEntry): StoredEntry["kind"] {
  return entry.isSymlink ? "link" : getKind(entry);
}

function ignoreNotFound(error: unknown, name: string): undefined {
  if (isNotFound(error)) return undefined;
  if (error instanceof RequestError) throw error;
  if (error instanceof MediaError) throw error.inFile(name);
  if (error instanceof Deno.errors.NotCapable) throw outsideRoot(name); // the sandbox ends at the root
  if (error instanceof Deno.errors.PermissionDenied) throw accessDenied(name);
  const code = (error as { code?: string }).code;
  if (code === undefined) throw error;
  throw new MediaError(`Cannot access this file (${code})`, "MEDIA_READ").inFile(name);
}

/** Includes a file in place of a directory, loops of links, and too long names. */
function isNotFound(error: unknown): boolean {
  if (error instanceof Deno.errors.NotFound) return true;
  if (error instanceof Deno.errors.NotADirectory) return true;
  if (error instanceof Deno.errors.FilesystemLoop) return true;
  return ["ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL"].includes(
    `${(error as { code?: string }).code}`,
  );
}

function outsideRoot(name: string): RequestError {
  return new RequestError(
    "FORBIDDEN",
    `Cannot serve '${name}': it is outside the document root`,
  );
}
