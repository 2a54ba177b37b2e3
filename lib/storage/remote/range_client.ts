/** Reads ranges of files by HTTP. */

import { RequestError } from "../../errors.ts";
import { listBucket } from "./bucket_listing.ts";
import { toObjectUrl } from "./object_url.ts";
import type { RemoteOrigin } from "./origin.ts";
import type { OriginClient, Received } from "./origin_client.ts";
import {
  type OpenedRemoteFile,
  type RangeReader,
  type RemoteEntry,
  type RemoteFile,
  SourceChanged,
} from "./range_reader.ts";
import { buildConditions, readReply, type Validators } from "./reply.ts";

/** Bytes that the first request for a file asks for. */
const HEAD_SIZE = 65536;

const NO_BYTES = new Uint8Array();

export class RangeClient implements RangeReader {
  readonly #origin: RemoteOrigin;
  readonly #client: OriginClient;

  constructor(origin: RemoteOrigin, client: OriginClient) {
    this.#origin = origin;
    this.#client = client;
  }

  async open(
    path: string,
    signal: AbortSignal,
    known?: RemoteFile,
  ): Promise<OpenedRemoteFile | undefined> {
    const url = toObjectUrl(this.#origin, path);
    if (!url) return undefined;
    const headers = {
      range: `bytes=0-${HEAD_SIZE - 1}`,
      ...known && buildConditions(known, true),
    };
    const request = { path: this.#describe(path), url, signal, getHeaders: () => headers };
    return await this.#client.send(request, (received) => this.#readHead(path, received, known));
  }

  async #readHead(
    path: string,
    received: Received,
    known?: RemoteFile,
  ): Promise<OpenedRemoteFile | undefined> {
    const { attempt, head } = received;
    const expected = { start: 0, end: HEAD_SIZE, ...known && { previous: known } };
    const reply = readReply(head, expected);
    if (reply.kind === "unchanged") {
      attempt.result = "unchanged";
      return { file: known!, head: NO_BYTES };
    }
    if (reply.kind === "unsized") return await readUnsized(path, received, reply.validators);
    if (reply.kind !== "bytes") {
      await this.#client.handleFailure(reply, received);
      return undefined;
    }
    const bytes = new Uint8Array(reply.end);
    if (reply.end > 0) await attempt.read(bytes);
    else await attempt.discard(head); // a status 416 has a reason
    attempt.result = "success";
    return { file: { path, ...reply.file }, head: bytes };
  }

  async read(
    file: RemoteFile,
    start: number,
    end: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { path } = file;
    const url = toObjectUrl(this.#origin, path);
    if (!url) throw new SourceChanged(this.#describe(path));
    const bytes = new Uint8Array(end - start);
    const part = { bytes, start, filled: 0 };
    const conditions = buildConditions(file, false);
    await this.#client.send({
      path: this.#describe(path),
      url,
      signal,
      getHeaders: () => ({ ...conditions, range: `bytes=${start + part.filled}-${end - 1}` }),
    }, (received) => this.#fill(part, file, received));
    return bytes;
  }

  /** Continues where the last attempt ended. */
  async #fill(
    part: { readonly bytes: Uint8Array; readonly start: number; filled: number },
    file: RemoteFile,
    received: Received,
  ): Promise<void> {
    const { attempt, head, path } = received;
    const { bytes, filled } = part;
    const end = part.start + bytes.length;
    const reply = readReply(head, { start: part.start + filled, end, known: file });
    if (reply.kind === "bytes") {
      const progress = (read: number) => part.filled = filled + read;
      await attempt.read(bytes.subarray(filled), { progress });
      attempt.result = "success";
      return;
    }
    if (reply.kind === "changed") await attempt.discard(head);
    else await this.#client.handleFailure(reply, received);
    attempt.result = "changed";
    throw new SourceChanged(path);
  }

  async list(path: string, signal: AbortSignal): Promise<readonly RemoteEntry[] | undefined> {
    if (this.#origin.kind === "s3") {
      return await listBucket(this.#client, this.#origin, { path, signal });
    }
    throw new RequestError(
      "NOT_FOUND",
      `Cannot list '${path || "/"}': web servers have no listings`,
    );
  }

  /** A query may contain a signature. */
  #describe(path: string): string {
    const isEncoded = this.#origin.kind === "http" && this.#origin.encoded;
    return isEncoded ? path.split("?", 1)[0]! : path;
  }
}

/** Reads a file whose response has no length. */
async function readUnsized(
  path: string,
  { attempt }: Received,
  validators: Validators,
): Promise<OpenedRemoteFile> {
  const bytes = new Uint8Array(HEAD_SIZE);
  const size = await attempt.read(bytes, { isShorter: true });
  attempt.result = "success";
  return { file: { path, size, ...validators }, head: bytes.slice(0, size) };
}
