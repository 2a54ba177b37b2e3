/** The document root: which file of the disk a path means, and whether it may be had. */

import { isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError, RequestError } from "../errors.ts";
import { WITHOUT_CLOCK } from "../storage/local/file_system.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";

/** What a path leads to. */
export interface ResolvedFile {
  /** Real path: no symbolic link is left in it. */
  readonly path: string;
  readonly info: Deno.FileInfo;
}

/** In Windows a `:` leads to a drive or a hidden stream of a file. */
const FORBIDDEN_CHARS = Deno.build.os === "windows" ? /[:\0]/ : /\0/;

export class DocumentRoot {
  /**
   * @param path real path of the folder: what links lead out of is then told from what they don't
   * @param storage what is slow on it is looked at without holding the thread up; left out: nothing is
   */
  constructor(
    readonly path: string,
    readonly storage: LocalStorage = new LocalStorage(WITHOUT_CLOCK),
  ) {}

  /**
   * The file or folder that a client asks for; a promise where it may take long to look. Nothing is opened: opening a FIFO
   * would block the thread.
   *
   * @param name relative to the root, with `/`, decoded
   * @throws RequestError `NOT_FOUND`, also for what is neither file nor folder and for dot files; `FORBIDDEN` where a
   * link leads out of the root, or the system doesn't let us
   */
  resolve(name: string): ResolvedFile | Promise<ResolvedFile> {
    const found = FORBIDDEN_CHARS.test(name)
      ? undefined
      : this.#resolvePath(join(this.path, name), name);
    if (found instanceof Promise) return found.then((found) => this.#requireVisible(found, name));
    return this.#requireVisible(found, name);
  }

  #requireVisible(found: ResolvedFile | undefined, name: string): ResolvedFile {
    const known = found && (found.info.isFile || found.info.isDirectory);
    if (!known || hasDotName(name) || hasDotName(relative(this.path, found.path))) {
      throw new RequestError("NOT_FOUND", `Cannot find '${name}'`);
    }
    return found;
  }

  /**
   * The file that a package names: where it is, not what it is, which whoever opens it says.
   *
   * @param folder real path of the package's folder
   * @throws RequestError `FORBIDDEN` where it lies outside the root; MediaError `MEDIA_MISSING` where it isn't there
   */
  resolveMedia(folder: string, name: string): ResolvedFile | Promise<ResolvedFile> {
    const path = resolve(folder, name);
    if (!this.#contains(path)) throw outsideRoot(name); // before looking: what lies there is nobody's business
    const found = FORBIDDEN_CHARS.test(name) ? undefined : this.#resolvePath(path, name);
    return found instanceof Promise
      ? found.then((found) => requireRegularFile(found, name))
      : requireRegularFile(found, name);
  }

  /**
   * What a folder holds, in no order.
   *
   * @param folder relative to the root
   * @param path its real path, as `find` gave it
   * @throws RequestError `FORBIDDEN`, where the system doesn't let us, or `NOT_FOUND`; MediaError `MEDIA_READ`
   */
  async readEntries(folder: string, path: string): Promise<Deno.DirEntry[]> {
    try {
      return await this.storage.readDir(path);
    } catch (error) {
      ignoreNotFound(error, folder);
      throw new RequestError("NOT_FOUND", `Cannot find '${folder}'`);
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

function hasDotName(path: string): boolean {
  return path.split(/[/\\]/).some((name) => name.startsWith("."));
}

function requireRegularFile(found: ResolvedFile | undefined, name: string): ResolvedFile {
  if (!found) throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(name);
  if (found.info.isFile) return found;
  throw new MediaError("Cannot read what is not a regular file", "MEDIA_READ").inFile(name);
}

/** Undefined where the error says that there is nothing; else it is thrown, in our words. */
function ignoreNotFound(error: unknown, name: string): undefined {
  if (isAbsence(error)) return undefined;
  if (error instanceof RequestError) throw error;
  if (error instanceof MediaError) throw error.inFile(name);
  if (error instanceof Deno.errors.NotCapable) throw outsideRoot(name); // the sandbox ends where the root does
  if (error instanceof Deno.errors.PermissionDenied) {
    throw new RequestError("FORBIDDEN", `Cannot read '${name}': the system does not let us`);
  }
  const code = (error as { code?: string }).code;
  if (code === undefined) throw error;
  throw new MediaError(`Cannot look at this file (${code})`, "MEDIA_READ").inFile(name);
}

/** Nothing can be there: no such name, a file for a folder, links that go round, or a name too long for the system. */
function isAbsence(error: unknown): boolean {
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
    `Cannot give out '${name}': it lies outside the document root`,
  );
}
