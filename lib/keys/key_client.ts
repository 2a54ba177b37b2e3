/** HTTP client of key servers. */

import { describeConnectionError } from "../connection_error.ts";
import { KeysError } from "../errors.ts";
import { invalidKeys } from "../drm/keys_error.ts";
import type { Secret } from "../drm/secret.ts";
import type { TimeoutClock } from "../timeout_clock.ts";
import { RequestSlots } from "./request_slots.ts";

export interface KeyExchange {
  readonly url: Secret<string>;
  readonly headers: Headers;
  /** Absent: GET. */
  readonly body?: string;
  /** For all tries together, in seconds. */
  readonly timeout: number;
  /** Certificates of the source. */
  readonly client?: Deno.HttpClient;
}

export interface KeyClientOptions {
  readonly fetch: typeof fetch;
  readonly clock: TimeoutClock;
}

/** Why a try failed, for which another may succeed. */
interface Failure {
  readonly reason: string;
  readonly retryAfterMs?: number;
}

const MAX_REQUESTS = 8;

export const MAX_KEY_RESPONSE_SIZE = 2 ** 20;

const RETRY_DELAYS_MS = [200, 1000];

/** Longer ones are ignored, since a player waits. */
const MAX_RETRY_AFTER_MS = 5000;

export class KeyClient {
  readonly #options: KeyClientOptions;
  readonly #slots = new RequestSlots(MAX_REQUESTS);

  constructor(options: KeyClientOptions) {
    this.#options = options;
  }

  /**
   * Returns the text of the response. Tries again if the server does not respond, or is overloaded.
   *
   * @throws KeysError without text of the server, or its URL
   */
  async send(exchange: KeyExchange): Promise<string> {
    const { host } = new URL(exchange.url.reveal());
    return await this.#slots.run(host, () => this.#send(exchange));
  }

  async #send(exchange: KeyExchange): Promise<string> {
    const { clock } = this.#options;
    const endMs = clock.now() + 1000 * exchange.timeout;
    for (let tries = 0;; tries++) {
      const result = await this.#try(exchange, endMs - clock.now());
      if (typeof result === "string") return result;
      const { reason, retryAfterMs = RETRY_DELAYS_MS[tries] } = result;
      const mayRetry = tries < RETRY_DELAYS_MS.length && clock.now() + retryAfterMs! < endMs;
      if (!mayRetry) throw new KeysError("KEYS_UNAVAILABLE", `Cannot get keys: ${reason}`);
      await new Promise<void>((resolve) => clock.start(resolve, retryAfterMs!));
    }
  }

  async #try(exchange: KeyExchange, timeoutMs: number): Promise<string | Failure> {
    const abort = new AbortController();
    const stopTimer = this.#options.clock.start(() => abort.abort(), timeoutMs);
    try {
      return await this.#exchange(exchange, abort.signal);
    } catch (error) {
      if (error instanceof KeysError || error instanceof Deno.errors.NotCapable) throw error;
      const reason = abort.signal.aborted
        ? `does not respond within ${exchange.timeout} s`
        : describeConnectionError(error);
      return { reason: `the key server ${reason}` };
    } finally {
      stopTimer();
    }
  }

  async #exchange(
    { url, headers, body, client }: KeyExchange,
    signal: AbortSignal,
  ): Promise<string | Failure> {
    const response = await this.#options.fetch(url.reveal(), {
      method: body === undefined ? "GET" : "POST",
      headers,
      redirect: "manual",
      signal,
      ...body !== undefined && { body },
      ...client && { client },
    });
    if (response.ok) return decodeKeyDocument(await readBody(response));
    const { status } = response;
    discard(response);
    const reason = `the key server responds with status ${status}`;
    if (status === 429 || status >= 500) return { reason, ...readRetryAfter(response) };
    const isMissing = status === 404 && body === undefined;
    throw new KeysError(isMissing ? "KEYS_MISSING" : "KEYS_INVALID", `Cannot get keys: ${reason}`);
  }
}

function discard({ body }: Response): void {
  body?.cancel().catch(() => {}); // its connection may be gone
}

/** @throws KeysError for large responses */
async function readBody(response: Response): Promise<Uint8Array> {
  const bytes = new Uint8Array(MAX_KEY_RESPONSE_SIZE);
  let size = 0;
  for await (const chunk of response.body ?? []) {
    if (size + chunk.length > bytes.length) {
      throw invalidKeys(`Cannot use a response of more than ${MAX_KEY_RESPONSE_SIZE} bytes`);
    }
    bytes.set(chunk, size);
    size += chunk.length;
  }
  return bytes.subarray(0, size);
}

/** @throws KeysError for other encodings than UTF-8 */
export function decodeKeyDocument(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw invalidKeys("Cannot use a document of keys: expected UTF-8");
  }
}

/** Reads seconds (RFC 9110 §10.2.3). A date is ignored, since clocks differ. */
function readRetryAfter({ headers }: Response): Pick<Failure, "retryAfterMs"> {
  const text = headers.get("retry-after") ?? "";
  const retryAfterMs = /^\d{1,9}$/.test(text) ? 1000 * Number(text) : Infinity;
  return retryAfterMs <= MAX_RETRY_AFTER_MS ? { retryAfterMs } : {};
}
