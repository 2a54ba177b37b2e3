/** Requests for an origin, and what becomes of responses that are no file. */

import { SourceError } from "../../errors.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import { Attempt, type AttemptOptions, type SentRequest } from "./attempt.ts";
import { AttemptFailure, InvalidReply } from "./attempt_error.ts";
import { LogLimiter } from "./log_limiter.ts";
import { OriginTraffic } from "./origin_traffic.ts";
import { MAX_REFUSAL_SIZE, readRefusal } from "./refusal.ts";
import type { Reply, ReplyHead } from "./reply.ts";
import { CredentialsMissing, type Payload, type RequestSigner } from "./signer.ts";

export type OriginLimits = AttemptOptions["limits"] & {
  /** In which attempts of a request may start. */
  readonly timeoutMs: number;
  readonly maxActive: number;
  readonly maxWaiting: number;
};

export const ORIGIN_LIMITS: OriginLimits = {
  timeoutMs: 8000,
  firstByteMs: 2000,
  windowMs: 2000,
  windowBytes: 65536,
  maxActive: 64,
  maxWaiting: 1024,
};

export interface OriginClientOptions {
  /** With the connections of the origin. */
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
  readonly clock: TimeoutClock;
  /** Returns a number in `[0, 1)`. */
  readonly random: () => number;
  readonly signer: RequestSigner;
  /** `host:port` to which redirects may lead: of all mounts and `--allow-source`. */
  readonly hosts: ReadonlySet<string>;
  readonly limits?: Partial<OriginLimits>;
  /** Learns of each request that was sent. */
  readonly observe?: (request: SentRequest) => void;
  readonly countRetry?: () => void;
  /** Writes a line about the mount. */
  readonly log?: (message: string) => void;
}

export interface OriginRequest {
  /** Below the mount, for messages. */
  readonly path: string;
  readonly url: URL;
  /** What a PUT sends; absent: a GET. */
  readonly payload?: Payload;
  /** Called for each attempt. */
  readonly getHeaders?: () => Record<string, string>;
  readonly signal: AbortSignal;
}

/** What a request returned: its head, and the attempt that reads its body. */
export interface Received {
  readonly path: string;
  /** For messages: "read 'a.mp4' from its origin". */
  readonly action: string;
  readonly head: ReplyHead;
  readonly attempt: Attempt;
}

export class OriginClient {
  readonly #options: Required<OriginClientOptions> & { readonly limits: OriginLimits };
  readonly #traffic: OriginTraffic;
  readonly #limiter: LogLimiter;

  constructor(options: OriginClientOptions) {
    const limits = { ...ORIGIN_LIMITS, ...options.limits };
    const none = () => {};
    this.#options = { observe: none, countRetry: none, log: none, ...options, limits };
    this.#traffic = new OriginTraffic({ ...this.#options, ...limits });
    this.#limiter = new LogLimiter(this.#options.log, () => options.clock.now());
  }

  /** Whether the origin responded last. */
  get isUp(): boolean {
    return this.#traffic.isUp;
  }

  /**
   * Sends a request, several times if need be, and returns what `use` returns.
   *
   * @throws SourceError; what `use` rejects with; the reason of the signal
   */
  send<T>(request: OriginRequest, use: (received: Received) => Promise<T>): Promise<T> {
    const { path, payload, signal } = request;
    const name = path || "/";
    const action = payload ? `write '${name}' to its origin` : `read '${name}' from its origin`;
    const attempt = () => this.#attempt({ ...request, action }, use);
    return this.#traffic.run({ action, signal, attempt });
  }

  async #attempt<T>(
    { path, action, url, payload, getHeaders, signal }: OriginRequest & { readonly action: string },
    use: (received: Received) => Promise<T>,
  ): Promise<T> {
    using attempt = new Attempt(this.#options, signal);
    try {
      const head = await attempt.send(url, getHeaders?.() ?? {}, payload);
      return await use({ path, action, head, attempt });
    } catch (error) {
      if (error instanceof CredentialsMissing) throw this.#reportCredentials(error);
      if (!(error instanceof InvalidReply)) throw error;
      attempt.result = "invalid";
      const { message, detail } = error;
      this.#log(message, `Cannot use a response for '${path || "/"}': ${message}${detail}`);
      throw new SourceError("SOURCE_INVALID", `Cannot ${action}: ${message}`);
    }
  }

  /**
   * Handles a reply without the file that was requested. Resolves if there is no such file.
   *
   * @throws AttemptFailure, InvalidReply, SourceError
   */
  async handleFailure(reply: Reply, received: Received): Promise<void> {
    const { attempt, head } = received;
    if (reply.kind === "refused") return await this.#handleRefusal(received);
    if (reply.kind === "invalid") throw new InvalidReply(reply.reason);
    await attempt.discard(head);
    if (reply.kind === "failed") throw new AttemptFailure(reply.reason, reply);
    attempt.result = "missing";
  }

  async #handleRefusal(received: Received): Promise<void> {
    const { path, action, attempt, head: { status, headers } } = received;
    const text = await attempt.readText(MAX_REFUSAL_SIZE);
    const refusal = readRefusal({ status, headers, text });
    attempt.result = "denied";
    if (refusal.kind === "skewed") throw this.#correctClock(action, headers.get("date"));
    if (refusal.kind === "denied") throw this.#deny(action, refusal.reason);
    if (refusal.kind === "invalid") throw new InvalidReply(refusal.reason);
    attempt.result = refusal.kind;
    if (refusal.kind === "failed") throw new AttemptFailure(refusal.reason);
    if (refusal.isDenied) {
      this.#log("denied", `Access to '${path}' is denied, which counts as not found`);
    }
  }

  /** They may be there soon. */
  #reportCredentials({ message }: CredentialsMissing): AttemptFailure {
    this.#log("credentials", message);
    return new AttemptFailure("ams has no credentials for it", { code: "SOURCE_DENIED" });
  }

  /** Writes a line a minute of each reason, whatever numbers and texts of the origin are in it. */
  #log(reason: string, message: string): void {
    this.#limiter.add(reason.replace(/[\d":=].*$/s, ""), message);
  }

  #deny(action: string, reason: string): SourceError {
    this.#log(reason, `Origin denies access: ${reason}`);
    return new SourceError("SOURCE_DENIED", `Cannot ${action}: it denies access to ams`);
  }

  #correctClock(action: string, date: string | null): AttemptFailure | SourceError {
    const message = this.#options.signer.correctClock?.(date);
    if (message === undefined) return this.#deny(action, "the time of the signature is wrong");
    if (message) this.#options.log(message);
    return new AttemptFailure("it rejects the time of signatures", {
      code: "SOURCE_DENIED",
      retryAfterMs: 0,
    });
  }
}
