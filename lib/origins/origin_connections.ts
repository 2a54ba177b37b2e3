/** Connections of a command, one for each origin. */

import type { Source } from "../storage/source.ts";
import { type ConnectOrigin, connectOrigin, type OriginConnection } from "./origin_connection.ts";
import { openRemoteFile } from "./remote_file.ts";
import type { RemotePath } from "./remote_path.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";

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

  /** Ends what is read. */
  get signal(): AbortSignal {
    return this.#signal;
  }

  /** @throws as `openRemoteFile()`, and UsageError for options of the origin that cannot be used */
  async open({ origin, name }: RemotePath, { file }: NamedFile): Promise<Source> {
    const { reader } = this.connect(origin);
    return await openRemoteFile(reader, { path: name, file, signal: this.#signal });
  }

  /** Returns the connection to an origin. @throws UsageError for options of it that cannot be used */
  connect(origin: RemoteOrigin): OriginConnection {
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
