import { createSecureContext, type SecureContext } from "node:tls";
import { TlsConnection } from "./http/tls_connection.ts";
import type { IngestConnection } from "./http/watched_connection.ts";
import type { ConnectionListener } from "./listener.ts";

/** Accepts connections of TLS on a listener of TCP. */
export class TlsListener implements ConnectionListener {
  readonly #listener: ConnectionListener;
  readonly #context: SecureContext;

  /**
   * @param certificate in PEM
   * @throws Error if it cannot be used
   */
  constructor(
    listener: ConnectionListener,
    certificate: { readonly cert: string; readonly key: string },
  ) {
    this.#listener = listener;
    this.#context = createSecureContext(certificate);
  }

  async accept(): Promise<IngestConnection> {
    return new TlsConnection(await this.#listener.accept(), this.#context);
  }

  close(): void {
    this.#listener.close();
  }
}
