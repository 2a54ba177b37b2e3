/** A connection whose other end is the test, and what the server has answered over RTMP. */

import { MemoryConnection } from "../memory_connection.ts";
import { settle } from "../timer_clock.ts";
import { type Answer, readAnswers } from "./answers.ts";

export class ByteConnection extends MemoryConnection {
  constructor(hostname?: string) {
    super([], "open", hostname);
  }

  get answers(): Answer[] {
    return readAnswers(this.sentBytes);
  }

  /** Codes of `onStatus` and of responses, in order. */
  get statuses(): string[] {
    return this.answers.flatMap(({ code }) => code ?? []);
  }

  /** Resolves when the server has followed. */
  override async push(...pieces: Uint8Array[]): Promise<void> {
    super.push(...pieces);
    await settle();
  }

  /** Ends the connection from the side of the publisher. */
  override async end(): Promise<void> {
    super.end();
    await settle();
  }
}
