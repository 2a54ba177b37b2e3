/** A web server that fails as a test wants. */

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type FaultName, FAULTS, type PlannedResponse, send } from "./origin_faults.ts";

export interface TestFile {
  readonly bytes: Uint8Array;
  readonly etag?: string;
  readonly modified?: string;
}

export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

const NO_BYTES = new Uint8Array();

export class TestOrigin implements AsyncDisposable {
  /** By decoded path, with a slash at its start. */
  readonly files = new Map<string, TestFile>();
  /** Locations by path. */
  readonly redirects = new Map<string, string>();
  readonly requests: SeenRequest[] = [];
  connections = 0;
  /** Whether `If-Match` and its like count. */
  ignoresConditions = false;
  /** Before each response. */
  latencyMs = 0;
  /** Called again and again while a request waits in vain: the how many-th it is. */
  onStall: (request: number) => void = () => {};
  #fault: { readonly name: FaultName; times: number } | undefined;
  readonly #server = createServer((request, response) => void this.#respond(request, response));
  #port = 0;
  #count = 0;

  static async start(): Promise<TestOrigin> {
    const origin = new TestOrigin();
    origin.#server.on("connection", () => origin.connections++);
    const { promise, resolve } = Promise.withResolvers<void>();
    origin.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    origin.#port = (origin.#server.address() as { port: number }).port;
    return origin;
  }

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** The next requests, or all from now on, meet a fault. */
  fail(name: FaultName, times: number): void {
    this.#fault = { name, times };
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: target = "", headers } = request;
    this.requests.push({ method, target, headers: { ...headers } });
    const count = ++this.#count;
    if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
    const planned = this.#plan(target, headers);
    if (this.#fault && this.#fault.times-- > 0) {
      const stall = () => this.#stall(response, count);
      await FAULTS[this.#fault.name]({ origin: this, request, response, planned, stall });
    } else {
      send(response, planned);
    }
  }

  #stall(response: ServerResponse, count: number): void {
    const timer = setInterval(() => this.onStall(count), 1);
    response.once("close", () => clearInterval(timer));
  }

  #plan(target: string, headers: IncomingMessage["headers"]): PlannedResponse {
    const path = decodeURIComponent(target.split("?", 1)[0]!);
    const location = this.redirects.get(path);
    if (location) return { status: 302, headers: { location }, body: NO_BYTES };
    const file = this.files.get(path);
    if (!file) {
      return { status: 404, headers: {}, body: new TextEncoder().encode("No such file\n") };
    }
    const { bytes, etag, modified } = file;
    const validators = { ...etag && { etag }, ...modified && { "last-modified": modified } };
    const status = this.ignoresConditions ? undefined : this.#checkConditions(file, headers);
    if (status !== undefined) return { status, headers: validators, body: NO_BYTES };
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    if (first === undefined) return { status: 200, headers: validators, body: bytes };
    const [start, end] = [Number(first), Math.min(Number(last) + 1, bytes.length)];
    if (start >= bytes.length) {
      return {
        status: 416,
        headers: { "content-range": `bytes */${bytes.length}` },
        body: NO_BYTES,
      };
    }
    const range = `bytes ${start}-${end - 1}/${bytes.length}`;
    return {
      status: 206,
      headers: { ...validators, "content-range": range },
      body: bytes.subarray(start, end),
    };
  }

  #checkConditions({ etag, modified }: TestFile, headers: IncomingMessage["headers"]) {
    const isSame = (tag?: string, date?: string) =>
      tag === undefined ? date === modified && modified !== undefined : tag === etag;
    const { "if-match": match, "if-unmodified-since": unmodified } = headers;
    if ((match ?? unmodified) !== undefined && !isSame(match, unmodified)) return 412;
    const { "if-none-match": noneMatch, "if-modified-since": modifiedSince } = headers;
    if ((noneMatch ?? modifiedSince) !== undefined && isSame(noneMatch, modifiedSince)) return 304;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}
