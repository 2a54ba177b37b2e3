/** The document root, to which paths of requests and packages are confined. */

import { isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError, RequestError } from "../errors.ts";
import { andThen } from "../maybe_async.ts";
import { WITHOUT_CLOCK } from "../storage/local/file_system.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";

export interface ResolvedFile {
  readonly path: string;
  readonly info: Deno.FileInfo;
}

/** On Windows `:` denotes a drive or an alternate data stream. */
const FORBIDDEN_CHARS = Deno.build.os === "windows" ? /[:\0]/ : /\0/;

export class DocumentRoot {
  /** @param path free of links, so that links that lead outside can be recognized */
  constructor(
    readonly path: string,
    readonly storage: LocalStorage = new LocalStorage(WITHOUT_CLOCK),
  ) {}

  /**
   * Opens nothing, since opening a FIFO would block. Returns a promise on slow storage.
   *
   * @throws RequestError `NOT_FOUND`, also for dot files and special files; `FORBIDDEN` if a link leads outside the
   *   root, or the system denies access
   */
  resolve(name: string): ResolvedFile | Promise<ResolvedFile> {
    const file = FORBIDDEN_CHARS.test(name)
      ? undefined
      : this.#resolvePath(join(this.path, name), name);
    return andThen(file, (file) => this.#requireVisible(file, name));
  }

  #requireVisible(file: ResolvedFile | undefined, name: string): ResolvedFile {
    const exists = file && (file.info.isFile || file.info.isDirectory);
    if (!exists || hasDotName(name) || hasDotName(relative(this.path, file.path))) {
      throw new RequestError("NOT_FOUND", `Cannot find '${name}'`);
    }
    return file;
  }

  /**
   * Resolves a regular file that a package in `directory` names.
   *
   * @throws RequestError `FORBIDDEN` if it is outside the root; MediaError `MEDIA_MISSING`, `MEDIA_READ`
   */
  resolveMedia(directory: string, name: string): ResolvedFile | Promise<ResolvedFile> {
    const path = resolve(directory, name);
    if (!this.#contains(path)) throw outsideRoot(name); // first, to reveal nothing
    const file = FORBIDDEN_CHARS.test(name) ? undefined : this.#resolvePath(path, name);
    return andThen(file, (file) => requireRegularFile(file, name));
  }

  /**
   * Returns entries in no order; `path` is the real path.
   *
   * @throws RequestError `NOT_FOUND`, or `FORBIDDEN` if the system denies access; MediaError `MEDIA_READ`
   */
  async readEntries(directory: string, path: string): Promise<Deno.DirEntry[]> {
    try {
      return await this.storage.readDir(path);
    } catch (error) {
      ignoreNotFound(error, directory);
      throw new RequestError("NOT_FOUND", `Cannot find '${directory}'`);
    }
  }

  #resolvePath(
    path: string,
    name: string,
  ): ResolvedFile | undefined | Promise<ResolvedFile | undefined> {
    return this.storage.isSlow(path)
      ? this.#resolveAsync(path, name)
      : this.#resolveSync(path, name);
  }

  #resolveSync(path: string, name: string): ResolvedFile | undefined {
    try {
      const real = this.#requireInside(this.storage.realPathSync(path), name);
      return { path: real, info: this.storage.statSync(real, path) };
    } catch (error) {
      return ignoreNotFound(error, name);
    }
  }

  async #resolveAsync(path: string, name: string): Promise<ResolvedFile | undefined> {
    try {
      const real = this.#requireInside(await this.storage.realPath(path), name);
      return { path: real, info: await this.storage.stat(real, path) };
    } catch (error) {
      return ignoreNotFound(error, name);
    }
  }

  #requireInside(path: string, name: string): string {
    if (this.#contains(path)) return path;
    throw outsideRoot(name);
  }

  #contains(path: string): boolean {
    const inner = relative(this.path, path);
    return !isAbsolute(inner) && inner !== ".." && !inner.startsWith(`..${SEPARATOR}`);
  }
}

/** Returns undefined for what a client may not access, whatever the reason. */
export async function resolveIfAccessible(
  root: DocumentRoot,
  name: string,
): Promise<ResolvedFile | undefined> {
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
): Promise<ResolvedFile | undefined> {
  try {
    return await root.resolve(name);
  } catch (error) {
    if (error instanceof RequestError && error.code === "NOT_FOUND") return undefined;
    throw error;
  }
}

function hasDotName(path: string): boolean {
  return path.split(/[/\\]/).some((name) => name.startsWith("."));
}

function requireRegularFile(file: ResolvedFile | undefined, name: string): ResolvedFile {
  if (!file) throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
  if (file.info.isFile) return file;
  throw new MediaError("Cannot read this file: it is not a regular file", "MEDIA_READ").inFile(
    name,
  );
}

function ignoreNotFound(error: unknown, name: string): undefined {
  if (isNotFound(error)) return undefined;
  if (error instanceof RequestError) throw error;
  if (error instanceof MediaError) throw error.inFile(name);
  if (error instanceof Deno.errors.NotCapable) throw outsideRoot(name); // the sandbox ends at the root
  if (error instanceof Deno.errors.PermissionDenied) {
    throw new RequestError("FORBIDDEN", `Cannot read '${name}': permission denied`);
  }
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
