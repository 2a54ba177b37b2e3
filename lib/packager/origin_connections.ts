/** Connections of a command, one for each origin. */

import type { Source } from "../storage/source.ts";
import { type ConnectOrigin, connectOrigin, type OriginConnection } from "./origin_connection.ts";
import { openRemoteFile, replaceRemoteFile } from "./remote_file.ts";
import type { RemotePath } from "./remote_path.ts";

interface NamedFile {
  /** For messages. */
  readonly file: string;
}

/** Disposing closes them. */
export class OriginConnections implements Disposable {
  readonly #connections = new Map<string, OriginConnection>();
  readonly #connect: ConnectOrigin;
  readonly #signal: AbortSignal;

  /** @param connect default: over the network */
  constructor(signal: AbortSignal, connect: ConnectOrigin = connectOrigin) {
    this.#signal = signal;
    this.#connect = connect;
  }

  /** @throws as `openRemoteFile()`, and UsageError for options of the origin that cannot be used */
  async open(remote: RemotePath, { file }: NamedFile): Promise<Source> {
    const { reader } = this.#getConnection(remote);
    return await openRemoteFile(reader, { path: remote.name, file, signal: this.#signal });
  }

  /** @throws as `replaceRemoteFile()` */
  async replace(remote: RemotePath, { file, text }: NamedFile & { readonly text: string }) {
    const connection = this.#getConnection(remote);
    const signal = this.#signal;
    await replaceRemoteFile(connection, { path: remote.name, file, signal, text });
  }

  #getConnection({ origin }: RemotePath): OriginConnection {
    const key = JSON.stringify(origin);
    const known = this.#connections.get(key);
    if (known) return known;
    const connection = this.#connect(origin);
    this.#connections.set(key, connection);
    return connection;
  }

  [Symbol.dispose](): void {
    for (const connection of this.#connections.values()) connection[Symbol.dispose]();
  }
}
