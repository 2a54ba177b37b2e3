/** Closes TLS connections that wait for a request: `node:https` has a time limit for headers, but drops it in `close()`. */

interface WaitingSocket {
  once(event: "close", listener: () => void): unknown;
  destroy(): unknown;
}

interface Connection {
  /** More than one if the client pipelines. */
  activeRequests: number;
  waitingSince: number;
}

export class RequestDeadlines<S extends WaitingSocket = WaitingSocket> {
  readonly #connections = new Map<S, Connection>();
  readonly #maxWaitMs: number;
  readonly #now: () => number;

  constructor(maxWaitMs: number, now: () => number) {
    this.#maxWaitMs = maxWaitMs;
    this.#now = now;
  }

  add(socket: S): void {
    this.#connections.set(socket, { activeRequests: 0, waitingSince: this.#now() });
    socket.once("close", () => this.#connections.delete(socket));
  }

  /** To be called when the headers of a request have been received. */
  startRequest(socket: S): void {
    const connection = this.#connections.get(socket);
    if (connection) connection.activeRequests++;
  }

  /** To be called when the response has ended. */
  endRequest(socket: S): void {
    const connection = this.#connections.get(socket);
    if (!connection) return;
    connection.activeRequests--;
    connection.waitingSince = this.#now();
  }

  /** Closes connections that have waited too long. */
  enforce(): void {
    const now = this.#now();
    for (const [socket, { activeRequests, waitingSince }] of this.#connections) {
      if (activeRequests === 0 && now - waitingSince >= this.#maxWaitMs) socket.destroy();
    }
  }
}
