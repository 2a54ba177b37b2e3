/** One request for a file, with its redirects. */

import { describeConnectionError } from "../../connection_error.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import {
  followRedirect,
  getLocation,
  isDirectoryRedirect,
  isSameHost,
  MAX_REDIRECTS,
} from "./redirect.ts";
import type { ReplyHead } from "./reply.ts";
import type { RequestSigner } from "./signer.ts";

/** How a request that was sent ended. */
export type RequestResult =
  | "success"
  | "unchanged"
  | "missing"
  | "changed"
  | "redirected"
  | "denied"
  | "invalid"
  /** Another attempt may succeed. */
  | "failed"
  /** Its clients have gone. */
  | "aborted";

export interface SentRequest {
  readonly result: RequestResult;
  readonly durationMs: number;
  /** Bytes of the body that arrived. */
  readonly bytes: number;
}

export interface SlowLimits {
  /** Until the first byte of a response. */
  readonly firstByteMs: number;
  /** In which at least `windowBytes` arrive, or what is left. */
  readonly windowMs: number;
  readonly windowBytes: number;
}

export interface AttemptOptions {
  /** With the connections of the origin. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly clock: TimeoutClock;
  readonly signer: RequestSigner;
  /** `host:port` to which redirects may lead. */
  readonly hosts: ReadonlySet<string>;
  readonly limits: SlowLimits;
  readonly observe: (request: SentRequest) => void;
}

/** In bytes; longer bodies cost more than a new connection. */
const MAX_DISCARDED_SIZE = 16384;

/** In bytes: of more, larger chunks do not save time. */
const MAX_CHUNK_SIZE = 2 ** 18;

/** Another attempt may succeed. The reason completes "the origin …". */
export class AttemptFailure extends Error {
  override name = "AttemptFailure";

  constructor(
    reason: string,
    readonly details: {
      readonly retryAfterMs?: number;
      /** Code of the error, if all attempts fail. */
      readonly code?: "SOURCE_INVALID" | "SOURCE_DENIED";
    } = {},
  ) {
    super(reason);
  }
}

/** A response that cannot be used, nor will that of another attempt. The reason completes "the origin …". */
export class InvalidReply extends Error {
  override name = "InvalidReply";

  /** @param detail for the log alone, such as a host */
  constructor(reason: string, readonly detail = "") {
    super(reason);
  }
}

/** Must be disposed of, which aborts what is still under way. */
export class Attempt implements Disposable {
  /** How the last request ended. */
  result: RequestResult = "failed";
  readonly #options: AttemptOptions;
  readonly #signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #onAbort = () => this.#abort.abort(this.#signal.reason);
  #stopTimer = () => {};
  #sentAtMs: number | undefined;
  #body: ReadableStreamBYOBReader | undefined;
  #scratch: ArrayBuffer = new ArrayBuffer(0);
  /** Bytes of the body that arrived. */
  #bytes = 0;
  /** When the last whole `windowBytes` of them had arrived. */
  #reachedAtMs = 0;

  /** @param signal aborts when no client waits for the response any more */
  constructor(options: AttemptOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    signal.throwIfAborted();
    signal.addEventListener("abort", this.#onAbort);
  }

  /**
   * Resolves when the head of the response has arrived: a redirect only if the URL is that of a directory.
   *
   * @throws AttemptFailure, InvalidReply; the reason of the signal
   */
  async send(url: URL, headers: Readonly<Record<string, string>>): Promise<ReplyHead> {
    let target = url;
    for (let redirects = 0;; redirects++) {
      const isOwn = isSameHost(url, target);
      const signed = isOwn ? await this.#options.signer.sign(target) : {};
      const response = await this.#fetch(target, { ...signed, ...headers });
      const location = getLocation(response);
      if (location === undefined || isDirectoryRedirect(target, location)) return response;
      const next = redirects < MAX_REDIRECTS
        ? followRedirect(target, location, this.#options.hosts)
        : `it redirects more than ${MAX_REDIRECTS} times`;
      await this.discard(response);
      if (typeof next === "string") throw new InvalidReply(next, describeTarget(location));
      this.result = "redirected";
      this.#end();
      target = next;
    }
  }

  async #fetch(url: URL, headers: Record<string, string>): Promise<Response> {
    const { fetch, clock, limits: { firstByteMs } } = this.#options;
    const reason = `it sends nothing in ${firstByteMs / 1000} s`;
    this.#sentAtMs = clock.now();
    this.result = "failed";
    this.#stopTimer = clock.start(
      () => this.#abort.abort(new AttemptFailure(reason)),
      firstByteMs,
    );
    try {
      const response = await fetch(url, {
        headers: { ...headers, "accept-encoding": "identity" }, // not signed: proxies rewrite it
        redirect: "manual",
        signal: this.#abort.signal,
      });
      this.#body = response.body?.getReader({ mode: "byob" });
      return response;
    } catch (error) {
      throw this.#toFailure(error);
    } finally {
      this.#stopTimer();
    }
  }

  /**
   * Reads the body into `into`, and calls `progress` with the number of bytes of it that are filled. Returns the last one.
   *
   * @throws AttemptFailure if it ends before `into` is full, unless `isShorter`; InvalidReply if it is longer
   */
  async read(
    into: Uint8Array,
    { progress, isShorter = false }: {
      readonly progress?: (filled: number) => void;
      readonly isShorter?: boolean;
    } = {},
  ): Promise<number> {
    let filled = 0;
    for await (const chunk of this.#chunks(into.length)) {
      if (filled + chunk.length > into.length) {
        throw new InvalidReply("it sends more bytes than expected");
      }
      into.set(chunk, filled);
      filled += chunk.length;
      progress?.(filled);
    }
    if (filled < into.length && !isShorter) {
      throw new AttemptFailure("it sends fewer bytes than expected", { code: "SOURCE_INVALID" });
    }
    return filled;
  }

  /** Reads the text of a body; of a longer one only the start. */
  async readText(maxBytes: number): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for await (const chunk of this.#chunks(maxBytes)) {
      text += decoder.decode(chunk.subarray(0, maxBytes - size), { stream: true });
      size += chunk.length;
      if (size >= maxBytes) break;
    }
    return text + decoder.decode();
  }

  /** Reads a short body, so that its connection can be used again. A long one is aborted at the end of the attempt. */
  async discard({ headers }: ReplyHead): Promise<void> {
    const length = Number(headers.get("content-length") ?? Infinity);
    if (length > MAX_DISCARDED_SIZE) return;
    try {
      await this.readText(MAX_DISCARDED_SIZE);
    } catch (error) {
      if (!(error instanceof AttemptFailure)) throw error; // the head says all that is needed
    }
  }

  /** Yields the body, each time in the same memory. */
  async *#chunks(expectedBytes: number): AsyncGenerator<Uint8Array> {
    const { clock, limits: { windowBytes } } = this.#options;
    this.#scratch = new ArrayBuffer(Math.max(1, Math.min(expectedBytes, MAX_CHUNK_SIZE)));
    this.#reachedAtMs = clock.now();
    this.#watch();
    try {
      for (let chunk; (chunk = await this.#readChunk());) {
        const windows = Math.floor(this.#bytes / windowBytes);
        this.#bytes += chunk.length;
        if (this.#bytes >= (windows + 1) * windowBytes) this.#reachedAtMs = clock.now();
        yield chunk;
      }
    } catch (error) {
      throw this.#toFailure(error);
    } finally {
      this.#stopTimer();
    }
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#body?.read(new Uint8Array(this.#scratch)) ?? { done: true };
    if (value) this.#scratch = value.buffer;
    return done ? undefined : value;
  }

  /** Aborts the request when too few bytes arrive. */
  #watch(): void {
    const { clock, limits: { windowMs, windowBytes } } = this.#options;
    const leftMs = this.#reachedAtMs + windowMs - clock.now();
    if (leftMs > 0) this.#stopTimer = clock.start(() => this.#watch(), leftMs);
    else {
      const reason = `it sends less than ${windowBytes} bytes in ${windowMs / 1000} s`;
      this.#abort.abort(new AttemptFailure(reason));
    }
  }

  #toFailure(error: unknown): unknown {
    if (this.#signal.aborted) this.result = "aborted";
    if (this.#abort.signal.aborted) return this.#abort.signal.reason;
    if (!(error instanceof TypeError)) return error; // such as NotCapable of the sandbox
    return new AttemptFailure(`it ${describeConnectionError(error)}`);
  }

  #end(): void {
    if (this.#sentAtMs === undefined) return;
    const { clock, observe } = this.#options;
    const durationMs = clock.now() - this.#sentAtMs;
    observe({ result: this.result, durationMs, bytes: this.#bytes });
    this.#sentAtMs = undefined;
    this.#bytes = 0;
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#abort.abort();
  }
}

/** Returns the host of a redirect. */
function describeTarget(location: string): string {
  const host = URL.parse(location)?.host;
  return host ? ` (${host})` : "";
}
