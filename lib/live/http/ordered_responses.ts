/** Sends responses in the order of their requests, while requests wait for others that follow on the same connection. */

export interface ServedRequest {
  /** Resolves to the bytes of the response; undefined: there is none. Never rejects. */
  readonly response: Promise<Uint8Array | undefined>;
  /** True while the request waits for another one. */
  isHeld: boolean;
}

interface OrderedResponsesOptions {
  readonly send: (response: Uint8Array) => Promise<void>;
  /** Called when all requests have their responses. */
  readonly onAnswered: () => void;
}

interface Entry {
  readonly request: ServedRequest;
  isServed: boolean;
}

/** Requests of a connection that wait for others, with those that wait behind them. */
const MAX_REQUESTS = 32;

export class OrderedResponses {
  readonly #options: OrderedResponsesOptions;
  readonly #entries = new Set<Entry>();
  #last: Promise<void> = Promise.resolve();

  constructor(options: OrderedResponsesOptions) {
    this.#options = options;
  }

  /** Sends a response after those before. Resolves when the next request may be read. */
  async add(request: ServedRequest): Promise<void> {
    const entry = { request, isServed: false };
    this.#entries.add(entry);
    request.response.then(() => entry.isServed = true);
    this.#last = this.#send(entry, this.#last);
    const [first] = this.#entries;
    const isHeld = [...this.#entries].some(({ request }) => request.isHeld);
    if (!isHeld) await this.#last;
    else if (this.#entries.size >= MAX_REQUESTS) await first!.request.response;
  }

  /** Resolves when all requests are served, except for those that wait. */
  async settle(): Promise<void> {
    while (true) {
      const entry = [...this.#entries].find(({ request, isServed }) =>
        !request.isHeld && !isServed
      );
      if (!entry) return;
      await entry.request.response;
      entry.isServed = true;
    }
  }

  /** Resolves when all responses are sent. */
  async finish(): Promise<void> {
    await this.#last;
  }

  async #send(entry: Entry, before: Promise<void>): Promise<void> {
    await before;
    const response = await entry.request.response;
    if (response) await this.#options.send(response);
    this.#entries.delete(entry);
    if (this.#entries.size === 0) this.#options.onAnswered();
  }
}
