import type { HttpServer } from "./server.ts";
import { SYSTEM_CLOCK } from "../timeout_clock.ts";

const MIN_DELAY_MS = 100;
const MAX_DELAY_MS = 1000;

/** Failures that follow within this time are one in the log. */
const MIN_SILENCE_MS = 10_000;

/** A `Deno.HttpServer`. */
export interface StartedServer extends HttpServer {
  /** Rejects when it can accept no more connections. */
  readonly finished: Promise<void>;
}

/**
 * Listens again when `Deno.serve` cannot accept a connection, for example for lack of file descriptors: it closes its
 * listener then, and continues to serve the connections that it has.
 */
export class RestartingServer implements HttpServer {
  readonly #servers = new Set<StartedServer>();
  readonly #start: () => StartedServer;
  readonly #onError: (message: string) => void;
  #stopTimer = () => {};
  #stopping = false;
  #failedAtMs = -Infinity;
  #delayMs = MIN_DELAY_MS;

  /** @throws Error of `start` */
  constructor(
    start: () => StartedServer,
    onError: (message: string) => void = () => {},
    readonly clock = SYSTEM_CLOCK,
  ) {
    this.#start = start;
    this.#onError = onError;
    this.#listen();
  }

  async shutdown(): Promise<void> {
    this.#stopping = true;
    this.#stopTimer();
    await Promise.all(Array.from(this.#servers, (server) => server.shutdown()));
  }

  #listen(): void {
    const server = this.#start();
    this.#servers.add(server);
    server.finished.catch((error) => this.#restartLater(error));
  }

  #restartLater(error: Error): void {
    if (this.#stopping) return;
    const now = this.clock.now();
    if (now - this.#failedAtMs > MIN_SILENCE_MS) {
      this.#onError(`Cannot accept connections: ${error.message}`);
      this.#delayMs = MIN_DELAY_MS;
    }
    this.#failedAtMs = now;
    this.#stopTimer = this.clock.start(() => this.#restart(), this.#delayMs);
    this.#delayMs = Math.min(2 * this.#delayMs, MAX_DELAY_MS);
  }

  #restart(): void {
    try {
      this.#listen();
    } catch (error) {
      this.#restartLater(error as Error);
    }
  }
}
