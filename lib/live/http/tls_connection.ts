/**
 * TLS of publishers, on a connection of TCP that can be closed at any time: closing a `Deno.TlsConn` during its handshake leaves the
 * socket open until the client closes it, so that clients could use up all descriptors of the process.
 */

import { Duplex } from "node:stream";
import { type SecureContext, TLSSocket } from "node:tls";
import type { IngestConnection } from "./watched_connection.ts";

const MAX_READ_BYTES = 65536;
const NOTHING = new Uint8Array();

/** The server's side of a connection of TLS. The handshake takes place during the first `read()`. */
export class TlsConnection implements IngestConnection {
  readonly remoteAddr: IngestConnection["remoteAddr"];
  /** Record by record. */
  readonly readsInParts = true;
  readonly #encrypted: EncryptedStream;
  readonly #socket: TLSSocket;
  /** Decrypted, and not read. */
  #rest: Uint8Array = NOTHING;
  #failure: Error | undefined;
  #hasEnded = false;
  #wake = () => {};

  constructor(connection: IngestConnection, secureContext: SecureContext) {
    this.remoteAddr = connection.remoteAddr;
    this.#encrypted = new EncryptedStream(connection);
    this.#socket = new TLSSocket(this.#encrypted, { isServer: true, secureContext });
    this.#socket.on("readable", () => this.#wake());
    this.#socket.on("end", () => this.#end());
    this.#socket.on("close", () => this.#end());
    this.#socket.on("error", (error) => this.#end(error));
  }

  /** @throws Error if the handshake or the connection fails */
  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#rest.length === 0) {
      this.#rest = this.#socket.read() ?? NOTHING;
      if (this.#rest.length > 0) break;
      if (this.#failure) throw this.#failure;
      if (this.#hasEnded) return null;
      await this.#receive();
    }
    const part = this.#rest.subarray(0, buffer.length);
    buffer.set(part);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => error ? reject(error) : resolve(bytes.length));
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve) => this.#socket.end(() => resolve()));
  }

  close(): void {
    this.#end(new Error("The connection is closed"));
    this.#encrypted.destroy();
    this.#socket.destroy();
  }

  async #receive(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    this.#encrypted.isAwaited = true;
    await promise;
    this.#encrypted.isAwaited = false;
  }

  #end(error?: Error): void {
    this.#failure ??= this.#hasEnded ? undefined : error;
    this.#hasEnded = true;
    this.#wake();
  }
}

/** The bytes of the connection. They are received only while the other side of TLS is read, so that memory is bounded. */
class EncryptedStream extends Duplex {
  readonly #connection: IngestConnection;
  #isWanted = false;
  #isReading = false;
  #isAwaited = false;

  constructor(connection: IngestConnection) {
    super();
    this.#connection = connection;
  }

  set isAwaited(isAwaited: boolean) {
    this.#isAwaited = isAwaited;
    this.#receive();
  }

  override _read(): void {
    this.#isWanted = true;
    this.#receive();
  }

  /** A client may close the connection before it has received all: what it has sent is still read. */
  override _write(bytes: Uint8Array, _encoding: string, done: () => void): void {
    this.#send(bytes).then(done, done);
  }

  override _final(done: () => void): void {
    this.#connection.closeWrite().then(done, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    try {
      this.#connection.close();
    } catch {
      // it is closed already
    }
    done(error);
  }

  async #send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  /** A failure of the connection is its end, so that what came before can be read. */
  async #receive(): Promise<void> {
    if (!this.#isWanted || !this.#isAwaited || this.#isReading) return;
    this.#isReading = true;
    this.#isWanted = false;
    const buffer = new Uint8Array(MAX_READ_BYTES);
    const count = await this.#connection.read(buffer).catch(() => null);
    this.#isReading = false;
    this.push(count === null ? null : buffer.subarray(0, count));
  }
}
