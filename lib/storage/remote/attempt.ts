/** One request for a file, or with one, and its redirects. */

import { describeConnectionError } from "../../connection_error.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import { AttemptFailure, InvalidReply } from "./attempt_error.ts";
import { BodyReader, type SpeedLimits } from "./body_reader.ts";
import {
  describeTarget,
  followRedirect,
  getLocation,
  isDirectoryRedirect,
  isSameHost,
  MAX_REDIRECTS,
} from "./redirect.ts";
import type { ReplyHead } from "./reply.ts";
import type { Payload, RequestSigner } from "./signer.ts";

/** How a request that was sent ended: `failed` if another attempt may succeed, `aborted` if its clients have gone. */
export const REQUEST_RESULTS = [
  "success",
  "unchanged",
  "missing",
  "changed",
  "redirected",
  "denied",
  "invalid",
  "failed",
  "aborted",
] as const;

export type RequestResult = typeof REQUEST_RESULTS[number];

export interface SentRequest {
  readonly result: RequestResult;
  readonly durationMs: number;
  /** Bytes of the body that arrived. */
  readonly bytes: number;
}

export interface AttemptOptions {
  /** With the connections of the origin. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly clock: TimeoutClock;
  readonly signer: RequestSigner;
  /** `host:port` to which redirects may lead. */
  readonly hosts: ReadonlySet<string>;
  readonly limits: SpeedLimits & {
    /** Until the first byte of a response. */
    readonly firstByteMs: number;
  };
  readonly observe: (request: SentRequest) => void;
}

/** In bytes; longer bodies cost more than a new connection. */
const MAX_DISCARDED_SIZE = 16384;

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
  #body: BodyReader | undefined;

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
  async send(
    url: URL,
    headers: Readonly<Record<string, string>>,
    payload?: Payload,
  ): Promise<ReplyHead> {
    let target = url;
    for (let redirects = 0;; redirects++) {
      const isOwn = isSameHost(url, target);
      const signed = isOwn ? await this.#options.signer.sign(target, payload) : {};
      const response = await this.#fetch(target, { ...signed, ...headers }, payload);
      const location = getLocation(response);
      if (location === undefined || isDirectoryRedirect(target, location)) return response;
      const next = redirects < MAX_REDIRECTS
        ? followRedirect(target, location, this.#options.hosts)
        : `it redirects more than ${MAX_REDIRECTS} times`;
      await this.discard(response);
      if (typeof next === "string") throw new InvalidReply(next, describeTarget(response));
      this.result = "redirected";
      this.#end();
      target = next;
    }
  }

  async #fetch(
    url: URL,
    headers: Record<string, string>,
    payload?: Payload,
  ): Promise<Response> {
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
        ...payload && { method: "PUT", body: payload.body },
        redirect: "manual",
        signal: this.#abort.signal,
      });
      this.#body = new BodyReader(response.body, {
        ...this.#options,
        abort: (reason) => this.#abort.abort(new AttemptFailure(reason)),
      });
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
    for await (const chunk of this.#readChunks(into.length)) {
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
    for await (const chunk of this.#readChunks(maxBytes)) {
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

  async *#readChunks(expectedBytes: number): AsyncGenerator<Uint8Array> {
    try {
      yield* this.#body!.readChunks(expectedBytes);
    } catch (error) {
      throw this.#toFailure(error);
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
    observe({ result: this.result, durationMs, bytes: this.#body?.bytes ?? 0 });
    this.#sentAtMs = undefined;
    this.#body = undefined;
  }

  [Symbol.dispose](): void {
    this.#end();
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#abort.abort();
  }
}
