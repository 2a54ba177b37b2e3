/** Several storages as one. Paths are those of URLs: that of a mount, and the one below it. */

import { RequestError } from "../errors.ts";
import { andThen } from "../maybe_async.ts";
import { findAllowedFile } from "../storage/remote/allowed_source.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { Source } from "../storage/source.ts";
import type {
  OpenOptions,
  StatOptions,
  Storage,
  StorageTraits,
  StoredEntry,
  StoredFile,
} from "../storage/storage.ts";
import { joinPath } from "./directory.ts";
import { listLocations, type MountedAt } from "./mount_location.ts";

export interface Mount {
  /** Relative to the document root; "" is the root itself. */
  readonly path: string;
  readonly storage: Storage;
  readonly at: MountedAt;
}

/** Origins of `--allow-source`: packages alone name their files. */
export interface AllowedMount {
  readonly storage: Storage;
  readonly origin: RemoteOrigin;
}

/** Begins the paths of files that no URL leads to: the path of a request contains no NUL. */
const UNREACHABLE = "\0";

const LOCAL: StorageTraits = { remote: false, sidecars: true };

export class MountedStorage implements Storage {
  /** The longest path first, so that it takes precedence. */
  readonly #mounts: readonly Mount[];
  readonly #allowed: readonly RemoteOrigin[];

  /** @param mounts one of them has the path "" */
  constructor(mounts: readonly Mount[], allowed: readonly AllowedMount[] = []) {
    const unreachable = allowed.map(({ storage, origin }, i) => ({
      path: `${UNREACHABLE}${i}`,
      storage,
      at: origin,
    }));
    this.#mounts = [...mounts, ...unreachable].sort((a, b) => b.path.length - a.path.length);
    this.#allowed = allowed.map(({ origin }) => origin);
  }

  /** A package names files of its own mount. */
  resolve(directory: string, name: string): string {
    const mount = this.#find(directory);
    const path = toOuter(mount, mount.storage.resolve(toInner(mount, directory), name));
    if (this.#find(path) === mount) return path;
    throw new RequestError("FORBIDDEN", `Cannot access '${name}': it is outside of the mount`);
  }

  resolveUrl(url: string): string | undefined {
    const file = findAllowedFile(url, this.#allowed);
    return file && `${UNREACHABLE}${this.#allowed.indexOf(file.origin)}/${file.path}`;
  }

  stat(
    path: string,
    name: string,
    options?: StatOptions,
  ): StoredFile | undefined | Promise<StoredFile | undefined> {
    const mount = this.#find(path);
    return andThen(mount.storage.stat(toInner(mount, path), name, options), (file) => {
      const found = file && this.#wrap(mount, file);
      return found ?? (this.#listBelow(path).size > 0 ? createParent(path) : undefined);
    });
  }

  /** Includes the mounts in a directory, in place of what has the same name. */
  async list(path: string, name: string): Promise<readonly StoredEntry[] | undefined> {
    const mount = this.#find(path);
    const below = this.#listBelow(path);
    const entries = await mount.storage.list(toInner(mount, path), name);
    if (below.size === 0) return entries;
    return [
      ...(entries ?? []).filter((entry) => !below.has(entry.name)),
      ...Array.from(below, (name) => ({ name, kind: "directory" as const })),
    ];
  }

  open(path: string, name: string, options: OpenOptions = {}): Source | Promise<Source> {
    const mount = this.#find(path);
    const { resolved } = options;
    const inner = resolved instanceof MountedFile ? { resolved: resolved.inner } : {};
    return mount.storage.open(toInner(mount, path), name, { ...options, ...inner });
  }

  /** Returns whether the document root is gone. A mount that is gone must not stop the others. */
  isGone(): Promise<boolean> {
    return this.#find("").storage.isGone();
  }

  getTraits(path: string): StorageTraits {
    const mount = this.#find(path);
    return mount.storage.getTraits?.(toInner(mount, path)) ?? LOCAL;
  }

  listPaths(path: string): string[] {
    const own = this.#find(path);
    const locations = listLocations(own.at, toInner(own, path));
    const paths = this.#mounts.filter(isReachable).flatMap((mount) =>
      listLocations(mount.at, "").flatMap((start) =>
        locations.filter((it) => it.startsWith(start))
          .map((it) => toOuter(mount, it.slice(start.length)))
          .filter((it) => this.#find(it) === mount)
      )
    );
    return [...new Set(isReachable(own) ? [path, ...paths] : paths)];
  }

  #find(path: string): Mount {
    return this.#mounts.find((mount) => isBelow(path, mount.path))!;
  }

  /** What a link leads to is not there if another mount covers it. */
  #wrap(mount: Mount, file: StoredFile): StoredFile | undefined {
    const path = toOuter(mount, file.path);
    if (this.#find(path) !== mount) return undefined;
    return mount.path === "" ? file : new MountedFile(path, file);
  }

  /** Returns the names in a directory that are mounts, or lead to some. */
  #listBelow(path: string): Set<string> {
    const paths = this.#mounts.filter(isReachable).map((mount) => mount.path)
      .filter((it) => it !== path && isBelow(it, path));
    const start = path === "" ? 0 : path.length + 1;
    return new Set(paths.map((it) => it.slice(start).split("/", 1)[0]!));
  }
}

function isReachable({ path }: Mount): boolean {
  return !path.startsWith(UNREACHABLE);
}

function isBelow(path: string, directory: string): boolean {
  return directory === "" || path === directory || path.startsWith(`${directory}/`);
}

function toInner(mount: Mount, path: string): string {
  return mount.path === "" ? path : path.slice(mount.path.length + 1);
}

function toOuter(mount: Mount, path: string): string {
  return path === "" ? mount.path : joinPath(mount.path, path);
}

class MountedFile implements StoredFile {
  constructor(readonly path: string, readonly inner: StoredFile) {}

  get kind() {
    return this.inner.kind;
  }

  get size() {
    return this.inner.size;
  }

  get modifiedAtMs() {
    return this.inner.modifiedAtMs;
  }

  get fingerprint() {
    return `${this.path}\n${this.inner.fingerprint}`;
  }

  get identity() {
    return `${this.path}\n${this.inner.identity}`;
  }

  get contentTag() {
    return this.inner.contentTag;
  }
}

/** A directory that is there because a mount is below it. */
function createParent(path: string): StoredFile {
  const fingerprint = `mounts below ${path}`;
  const [kind, size, modifiedAtMs] = ["directory" as const, 0, undefined];
  return { path, kind, size, modifiedAtMs, fingerprint, identity: fingerprint };
}
