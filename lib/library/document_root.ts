/** The document root: what requests and packages may access of a storage. */

import { MediaError, RequestError } from "../errors.ts";
import { andThen } from "../maybe_async.ts";
import type { StatOptions, Storage, StoredEntry, StoredFile } from "../storage/storage.ts";
import { ChannelPaths } from "./channel_paths.ts";

export class DocumentRoot {
  constructor(readonly storage: Storage, readonly channels: ChannelPaths = new ChannelPaths()) {}

  /**
   * Returns a promise on slow storage.
   *
   * @throws RequestError `NOT_FOUND`, also for dot files, special files and archives of channels; `FORBIDDEN` if a link leads outside the
   *   root, or the system denies access
   */
  resolve(name: string, options?: StatOptions): StoredFile | Promise<StoredFile> {
    if (hasDotName(name)) throw createMissingError(name); // before a storage requests anything
    return andThen(
      this.storage.stat(name, name, options),
      (file) => requireVisible(file, name, this.channels),
    );
  }

  /**
   * Resolves a regular file that a package in `directory` names.
   *
   * @throws RequestError `FORBIDDEN` if it is outside the root; MediaError `MEDIA_MISSING`, `MEDIA_READ`
   */
  resolveMedia(
    directory: string,
    name: string,
    options?: StatOptions,
  ): StoredFile | Promise<StoredFile> {
    return this.resolveMediaAt(this.storage.resolve(directory, name), name, options); // which throws first, to reveal nothing
  }

  /** Resolves a regular file at a path of the storage, as `resolveMedia()`. */
  resolveMediaAt(
    path: string,
    name: string,
    options?: StatOptions,
  ): StoredFile | Promise<StoredFile> {
    return andThen(
      this.storage.stat(path, name, options),
      (file) => requireRegularFile(file, name, this.channels),
    );
  }

  /**
   * Returns entries in no order; `path` is the real path.
   *
   * @throws RequestError `NOT_FOUND`, or `FORBIDDEN` if the system denies access; MediaError `MEDIA_READ`
   */
  async readEntries(directory: string, path: string): Promise<readonly StoredEntry[]> {
    const entries = await this.storage.list(path, directory);
    if (entries) return entries.filter(({ name }) => !this.channels.isArchive(`${path}/${name}`));
    throw createMissingError(directory);
  }
}

/** Returns undefined for what a client may not access, whatever the reason. */
export async function resolveIfAccessible(
  root: DocumentRoot,
  name: string,
): Promise<StoredFile | undefined> {
  try {
    return await root.resolve(name);
  } catch (error) {
    if (error instanceof RequestError) return undefined;
    throw error;
  }
}

export async function resolveIfExists(
  root: DocumentRoot,
  name: string,
): Promise<StoredFile | undefined> {
  try {
    return await root.resolve(name);
  } catch (error) {
    if (error instanceof RequestError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

function requireVisible(
  file: StoredFile | undefined,
  name: string,
  channels: ChannelPaths,
): StoredFile {
  const isVisible = file && file.kind !== "other" && !hasDotName(file.path) &&
    !channels.isArchive(file.path);
  if (isVisible) return file;
  throw createMissingError(name);
}

function createMissingError(name: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find '${name}'`);
}

function hasDotName(path: string): boolean {
  return path.split(/[/\\]/).some((name) => name.startsWith("."));
}

function requireRegularFile(
  file: StoredFile | undefined,
  name: string,
  channels: ChannelPaths,
): StoredFile {
  if (!file || channels.isArchive(file.path)) {
    throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
  }
  if (file.kind === "file") return file;
  throw new MediaError("Cannot read this file: it is not a regular file", "MEDIA_READ").inFile(
    name,
  );
}
