import type { ConnectionListener } from "../../lib/live/listener.ts";
import type { IngestConnection } from "../../lib/live/http/watched_connection.ts";

/** A listener to which the test connects. */
export class MemoryListener implements ConnectionListener {
  readonly #accepted: (IngestConnection | Error)[] = [];
  #wake: (() => void) | undefined;
  #isClosed = false;

  connect(connection: IngestConnection): void {
    this.#accepted.push(connection);
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#accepted.push(error);
    this.#wake?.();
  }

  async accept(): Promise<IngestConnection> {
    while (this.#accepted.length === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.#isClosed) throw new Deno.errors.BadResource("closed");
    const accepted = this.#accepted.shift()!;
    if (accepted instanceof Error) throw accepted;
    return accepted;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
  }
}
