/** Files of a remote origin in memory, which counts requests and fails as the test says. */

import {
  type OpenedRemoteFile,
  type RangeReader,
  type RemoteEntry,
  type RemoteFile,
  SourceChanged,
} from "../../../lib/storage/remote/range_reader.ts";

const HEAD_BYTES = 65536;

export interface OriginRequest {
  readonly kind: "open" | "validate" | "read" | "list";
  readonly path: string;
  readonly range?: string;
}

interface OriginFile {
  readonly file: RemoteFile;
  readonly bytes: Uint8Array;
}

export class MemoryOrigin implements RangeReader {
  readonly requests: OriginRequest[] = [];
  readonly #files = new Map<string, OriginFile>();
  #writes = 0;
  /** Bytes of all responses. */
  sentBytes = 0;
  /** Thrown by all requests. */
  failure: Error | undefined;
  /** What requests wait for. */
  hold: Promise<void> | undefined;
  /** Called for each request, which waits for its result. */
  onRequest: (() => Promise<void>) | undefined;
  /** Waits that were aborted. */
  aborted = 0;

  /** Each write makes another version. By default it has a strong ETag. */
  write(path: string, bytes: Uint8Array, etag: string | undefined = `"${++this.#writes}"`): void {
    const modifiedAtMs = 1000 * this.#writes;
    this.#files.set(path, { file: { path, size: bytes.length, etag, modifiedAtMs }, bytes });
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  count(kind?: OriginRequest["kind"]): number {
    return this.requests.filter((request) => !kind || request.kind === kind).length;
  }

  async open(
    path: string,
    signal: AbortSignal,
    known?: RemoteFile,
  ): Promise<OpenedRemoteFile | undefined> {
    await this.#request({ kind: known ? "validate" : "open", path }, signal);
    const found = this.#files.get(path);
    if (!found) return undefined;
    const isKnown = known?.etag !== undefined && known.etag === found.file.etag;
    if (isKnown) return { file: known, head: new Uint8Array(0) };
    return { file: found.file, head: this.#send(found.bytes.slice(0, HEAD_BYTES)) };
  }

  async read(
    file: RemoteFile,
    start: number,
    end: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    await this.#request({ kind: "read", path: file.path, range: `${start}-${end}` }, signal);
    const found = this.#files.get(file.path);
    if (found?.file.etag !== file.etag || found?.file.size !== file.size) {
      throw new SourceChanged(file.path);
    }
    return this.#send(found.bytes.slice(start, end));
  }

  async list(path: string, signal: AbortSignal): Promise<readonly RemoteEntry[] | undefined> {
    await this.#request({ kind: "list", path }, signal);
    const prefix = path === "" ? "" : `${path}/`;
    const below = [...this.#files.keys()].filter((file) => file.startsWith(prefix))
      .map((file) => file.slice(prefix.length).split("/"));
    if (below.length === 0) return undefined;
    const kinds = new Map(below.map(([name, ...rest]) => [name!, rest.length > 0]));
    return Array.from(kinds, ([name, isDirectory]) => {
      if (isDirectory) return { name, kind: "directory" };
      const { size, etag, modifiedAtMs } = this.#files.get(prefix + name)!.file;
      return { name, kind: "file", size, ...etag && { etag }, ...modifiedAtMs && { modifiedAtMs } };
    });
  }

  #send(bytes: Uint8Array): Uint8Array {
    this.sentBytes += bytes.length;
    return bytes;
  }

  async #request(request: OriginRequest, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.requests.push(request);
    if (this.hold) {
      const aborted = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => {
        this.aborted++;
        aborted.reject(signal.reason);
      });
      await Promise.race([this.hold, aborted.promise]);
    }
    await this.onRequest?.();
    if (this.failure) throw this.failure;
  }
}
