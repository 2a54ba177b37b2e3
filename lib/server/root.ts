/** The document root: which file of the disk a path means, and whether it may be had. */

import { isAbsolute, join, relative, resolve, SEPARATOR } from "@std/path";
import { MediaError, RequestError } from "../errors.ts";

/** What a path leads to. */
export interface Found {
  /** Real path: no symbolic link is left in it. */
  readonly path: string;
  readonly info: Deno.FileInfo;
}

/** In Windows a `:` leads to a drive or a hidden stream of a file. */
const ELSEWHERE = Deno.build.os === "windows" ? /[:\0]/ : /\0/;

export class Root {
  /** @param path real path of the folder: what links lead out of is then told from what they don't */
  constructor(readonly path: string) {}

  /**
   * The file or folder that a client asks for. Nothing is opened: opening a FIFO would block the thread.
   *
   * @param name relative to the root, with `/`, decoded
   * @throws RequestError `NOT_FOUND`, also for what is neither file nor folder and for dot files; `FORBIDDEN` where a
   * link leads out of the root, or the system doesn't let us
   */
  find(name: string): Found {
    const found = ELSEWHERE.test(name) ? undefined : this.#look(join(this.path, name), name);
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
  findMedia(folder: string, name: string): Found {
    const path = resolve(folder, name);
    if (!this.#holds(path)) throw outside(name); // before looking: what lies there is nobody's business
    const found = ELSEWHERE.test(name) ? undefined : this.#look(path, name);
    if (!found) throw new MediaError("Cannot find this file", "MEDIA_MISSING").of(name);
    if (!found.info.isFile) {
      throw new MediaError("Cannot read what is not a regular file", "MEDIA_READ").of(name);
    }
    return found;
  }

  #look(path: string, name: string): Found | undefined {
    const real = existing(() => Deno.realPathSync(path), name);
    if (real === undefined) return undefined;
    if (!this.#holds(real)) throw outside(name);
    const info = existing(() => Deno.statSync(real), name);
    return info && { path: real, info };
  }

  #holds(path: string): boolean {
    const inner = relative(this.path, path);
    return !isAbsolute(inner) && inner !== ".." && !inner.startsWith(`..${SEPARATOR}`);
  }
}

function hasDotName(path: string): boolean {
  return path.split(/[/\\]/).some((name) => name.startsWith("."));
}

/** What `look` gives, or undefined where there is nothing. */
function existing<T>(look: () => T, name: string): T | undefined {
  try {
    return look();
  } catch (error) {
    if (isAbsence(error)) return undefined;
    if (error instanceof Deno.errors.NotCapable) throw outside(name); // the sandbox ends where the root does
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new RequestError("FORBIDDEN", `Cannot read '${name}': the system does not let us`);
    }
    const code = (error as { code?: string }).code;
    if (code === undefined) throw error;
    throw new MediaError(`Cannot look at this file (${code})`, "MEDIA_READ").of(name);
  }
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

function outside(name: string): RequestError {
  return new RequestError(
    "FORBIDDEN",
    `Cannot give out '${name}': it lies outside the document root`,
  );
}
