/** The files that a package names, in its directory or at origins that the operator allows. */

import { join } from "@std/path";
import { MediaError } from "../errors.ts";
import { openFile } from "../storage/local/file.ts";
import { findAllowedFile, isAbsoluteUrl } from "../storage/remote/allowed_source.ts";
import { isRemotePath } from "../storage/remote/object_url.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { Source } from "../storage/source.ts";
import type { OriginConnections } from "./origin_connections.ts";
import type { RemotePath } from "./remote_path.ts";
import { copyToTemporary } from "./temporary_copy.ts";

export interface NamedFilesOptions {
  /** Real path of the directory of the package, or where it is at an origin. */
  readonly directory: string | RemoteOrigin;
  /** Below which a package may name files by URLs; the directory at an origin is one of them. */
  readonly allowed: readonly RemoteOrigin[];
  readonly origins: OriginConnections;
  /** Called with what is being read. */
  readonly watch?: ((text: string) => void) | undefined;
}

/** Opens files. Of those of origins there are temporary copies until it is disposed of. */
export class NamedFiles implements Disposable {
  readonly #directory: string | RemoteOrigin;
  readonly #allowed: readonly RemoteOrigin[];
  readonly #origins: OriginConnections;
  readonly #watch: (text: string) => void;
  /** By name. */
  readonly #copies = new Map<string, Promise<Source>>();

  constructor({ directory, allowed, origins, watch = () => {} }: NamedFilesOptions) {
    this.#watch = watch;
    this.#directory = directory;
    this.#allowed = typeof directory === "string" ? allowed : [toAllowed(directory), ...allowed];
    this.#origins = origins;
  }

  /** Returns the URL itself if a package may name it; undefined if not. */
  resolveUrl(url: string): string | undefined {
    return findAllowedFile(url, this.#allowed) && url;
  }

  isRemote(file: string): boolean {
    return typeof this.#directory !== "string" || isAbsoluteUrl(file);
  }

  /**
   * @param file relative to the package, or what `resolveUrl()` returned
   * @param name for messages
   * @throws MediaError that names the file
   */
  open(file: string, name: string): Source | Promise<Source> {
    if (isAbsoluteUrl(file)) {
      const { origin, path } = findAllowedFile(file, this.#allowed)!;
      return this.#openCopy({ origin, name: path }, name);
    }
    const directory = this.#directory;
    if (typeof directory === "string") return openFile(join(directory, file), name);
    const found = resolveFile(directory, file);
    if (found) return this.#openCopy(found, name);
    const why = "Cannot access this file: it is outside of the bucket or the web server";
    throw new MediaError(why, "MEDIA_MISSING").inFile(name);
  }

  async #openCopy(at: RemotePath, name: string): Promise<Source> {
    const copy = this.#copies.get(name) ?? this.#copy(at, name);
    this.#copies.set(name, copy);
    return withoutClosing(await copy);
  }

  async #copy(at: RemotePath, name: string): Promise<Source> {
    const source = await this.#origins.open(at, { file: name });
    const total = (source.size / 1e6).toFixed(1);
    const show = (bytes: number) =>
      this.#watch(`Reading '${name}': ${(bytes / 1e6).toFixed(1)} of ${total} MB`);
    return await copyToTemporary(source, { onProgress: show });
  }

  [Symbol.dispose](): void {
    for (const copy of this.#copies.values()) copy.then((it) => it.close(), () => {});
  }
}

/** URLs in packages are percent-encoded. */
function toAllowed(origin: RemoteOrigin): RemoteOrigin {
  return origin.kind === "http" ? { ...origin, encoded: true } : origin;
}

/** Returns undefined for a file that is at no place of the bucket or the web server. */
function resolveFile(directory: RemoteOrigin, file: string): RemotePath | undefined {
  let origin: RemoteOrigin | undefined = directory;
  const names: string[] = [];
  for (const part of file.split("/")) {
    if (part === ".") continue;
    if (part !== "..") names.push(part);
    else if (names.pop() === undefined) origin &&= getParent(origin);
  }
  const name = names.join("/");
  return origin && isRemotePath(name) ? { origin, name } : undefined;
}

function getParent(origin: RemoteOrigin): RemoteOrigin | undefined {
  const withoutLast = (path: string) => path.replace(/[^/]*\/$/, "");
  if (origin.kind === "s3") {
    return origin.prefix ? { ...origin, prefix: withoutLast(origin.prefix) } : undefined;
  }
  const url = withoutLast(origin.url);
  return url.endsWith("://") ? undefined : { ...origin, url };
}

function withoutClosing(source: Source): Source {
  const { name, size, etag, synchronous } = source;
  const read: Source["read"] = (offset, into) => source.read(offset, into);
  return { name, size, etag, synchronous, read, close() {} };
}
