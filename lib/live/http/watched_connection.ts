/** Connections of publishers, within limits of time. */

import { unmapAddress } from "../../ip/address.ts";
import type { TimeoutClock } from "../../timeout_clock.ts";
import type { ByteStream } from "./stream_reader.ts";

/** A connection, such as `Deno.TcpConn` and `Deno.TlsConn`. */
export interface IngestConnection extends ByteStream {
  readonly remoteAddr: { readonly transport: string; readonly hostname?: string };
  /** Writes a part of the bytes, and resolves to its length. */
  write(bytes: Uint8Array): Promise<number>;
  /** Sends the end of the stream; bytes can still be received. */
  closeWrite(): Promise<void>;
  /** Makes pending and later calls reject. */
  close(): void;
}

/** Without a byte. Time in which the caller does not read does not count. */
const MAX_SILENCE_MS = 60_000;

/** Until the publisher is known; for later requests, from their first byte until their headers are complete. */
const MAX_HEAD_MS = 10_000;

/** For a response, which is small. */
const MAX_SEND_MS = 10_000;

/** Together with the time between two checks at most a second. */
const MAX_LINGER_MS = 700;

const CHECK_MS = 250;

/** Closes connections that exceed a limit of time. Runs a timer only while there are some. */
export class ConnectionWatch {
  readonly #clock: TimeoutClock;
  readonly #connections = new Set<WatchedConnection>();
  #isRunning = false;

  constructor(clock: TimeoutClock) {
    this.#clock = clock;
  }

  get connections(): ReadonlySet<WatchedConnection> {
    return this.#connections;
  }

  /** @param onBytes is called with what is received */
  add(connection: IngestConnection, onBytes: (bytes: Uint8Array) => void): WatchedConnection {
    const now = () => this.#clock.now();
    const watched = new WatchedConnection(connection, { now, onBytes });
    this.#connections.add(watched);
    if (!this.#isRunning) this.#start();
    return watched;
  }

  /** Closes the oldest connection whose publisher is not known yet, for another one. Returns false if there is none. */
  closeUnknown(): boolean {
    for (const connection of this.#connections) {
      if (connection.closeReason !== undefined || connection.isKnown) continue;
      connection.close("another one needs its place");
      return true;
    }
    return false;
  }

  remove(connection: WatchedConnection): void {
    this.#connections.delete(connection);
  }

  #start(): void {
    this.#isRunning = this.#connections.size > 0;
    if (this.#isRunning) this.#clock.start(() => this.#check(), CHECK_MS);
  }

  #check(): void {
    const now = this.#clock.now();
    for (const connection of this.#connections) connection.enforce(now);
    this.#start();
  }
}

interface WatchOptions {
  readonly now: () => number;
  readonly onBytes: (bytes: Uint8Array) => void;
}

export class WatchedConnection implements ByteStream {
  /** Why the server has closed the connection; undefined if it has not. */
  closeReason: string | undefined;
  /** The connection has failed, or the server has closed it. */
  isBroken = false;
  /** A request is being served. */
  isBusy = false;
  /** A publisher that may publish has sent a request. */
  isKnown = false;
  readonly remoteAddress: string;
  /** What must come within 10 s, until a publisher is known. */
  awaited = "the headers of a request";
  readonly #connection: IngestConnection;
  readonly #options: WatchOptions;
  #readDeadline = Infinity;
  #sendDeadline = Infinity;
  #headDeadline: number;
  #lastDeadline = Infinity;

  constructor(connection: IngestConnection, options: WatchOptions) {
    this.#connection = connection;
    this.#options = options;
    this.remoteAddress = unmapAddress(connection.remoteAddr.hostname ?? "");
    this.#headDeadline = options.now() + MAX_HEAD_MS;
  }

  get readsInParts(): boolean | undefined {
    return this.#connection.readsInParts;
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    this.#readDeadline = this.#options.now() + MAX_SILENCE_MS;
    try {
      const count = await this.#connection.read(buffer);
      if (count !== null) this.#received(buffer.subarray(0, count));
      return count;
    } catch (error) {
      this.isBroken = true;
      throw error;
    } finally {
      this.#readDeadline = Infinity;
    }
  }

  #received(bytes: Uint8Array): void {
    this.#options.onBytes(bytes);
    if (this.isBusy || this.#headDeadline < Infinity) return;
    this.#headDeadline = this.#options.now() + MAX_HEAD_MS;
  }

  /** Writes all bytes; a read can be pending. */
  async send(bytes: Uint8Array): Promise<void> {
    this.#sendDeadline = this.#options.now() + MAX_SEND_MS;
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
      }
    } finally {
      this.#sendDeadline = Infinity;
    }
  }

  /** The headers of a request, or commands of RTMP, are complete, and the publisher is known. */
  startRequest(): void {
    this.isBusy = true;
    this.isKnown = true;
    this.#headDeadline = Infinity;
  }

  /** The response is sent. */
  endRequest(): void {
    this.isBusy = false;
  }

  /** Limits the time that is left, also for a request that is being served. */
  closeWithin(ms: number): void {
    this.#lastDeadline = Math.min(this.#lastDeadline, this.#options.now() + ms);
  }

  /** Closes the connection after what was sent has been received, or after a second: data that comes later would reset it. */
  async linger(): Promise<void> {
    this.closeWithin(MAX_LINGER_MS);
    const buffer = new Uint8Array(16384);
    try {
      await this.#connection.closeWrite();
      while (this.closeReason === undefined && await this.#connection.read(buffer) !== null);
    } catch {
      // the other end has closed the connection, or reset it
    }
    this.close("the request has ended");
  }

  close(reason: string): void {
    if (this.closeReason !== undefined) return;
    this.closeReason = reason;
    this.isBroken = true;
    try {
      this.#connection.close();
    } catch {
      // it is closed already
    }
  }

  /** Closes the connection if a deadline has passed. */
  enforce(now: number): void {
    if (now >= this.#headDeadline) this.close(`${this.awaited} took longer than 10 s`);
    else if (now >= this.#readDeadline) this.close("no byte was received for 60 s");
    else if (now >= this.#sendDeadline) this.close("the response was not received for 10 s");
    else if (now >= this.#lastDeadline) this.close("it was to end");
  }
}
