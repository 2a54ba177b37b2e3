/** Work that many callers wait for, and that is aborted when all of them have gone. */

/** For callers that wait until the end. */
export const NEVER_ABORTED: AbortSignal = new AbortController().signal;

export class SharedWork<V> {
  readonly #controller = new AbortController();
  readonly #result: Promise<V>;
  #callers = 0;

  constructor(work: (signal: AbortSignal) => Promise<V>) {
    this.#result = work(this.#controller.signal);
    this.#result.catch(() => {}); // callers get the error
  }

  /** True if all callers have gone: further ones must start other work. */
  get isAborted(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Resolves as the work does, and rejects with the reason of `signal` when that aborts. */
  async join(signal: AbortSignal): Promise<V> {
    signal.throwIfAborted();
    const { promise, reject } = Promise.withResolvers<never>();
    const leave = () => {
      reject(signal.reason);
      if (--this.#callers === 0) this.#controller.abort(signal.reason);
    };
    this.#callers++;
    signal.addEventListener("abort", leave);
    try {
      return await Promise.race([this.#result, promise]);
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }
}

/** Shares work by key, unlike `SingleFlight` with signals. */
export class SharedFlight<V> {
  readonly #pending = new Map<string, SharedWork<V>>();

  /** Starts the work, or joins it if it is in progress. A failure rejects all callers; one that has gone starts nothing. */
  async run(
    key: string,
    signal: AbortSignal,
    work: (signal: AbortSignal) => Promise<V>,
  ): Promise<V> {
    signal.throwIfAborted();
    const pending = this.#pending.get(key);
    if (pending && !pending.isAborted) return await pending.join(signal);
    const started: SharedWork<V> = new SharedWork((signal) =>
      work(signal).finally(() => {
        if (this.#pending.get(key) === started) this.#pending.delete(key);
      })
    );
    this.#pending.set(key, started);
    return await started.join(signal);
  }

  has(key: string): boolean {
    return this.#pending.get(key)?.isAborted === false;
  }
}
