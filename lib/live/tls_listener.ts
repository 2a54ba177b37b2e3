import { createSecureContext, type SecureContext } from "node:tls";
import { TlsConnection } from "./http/tls_connection.ts";
import type { IngestConnection } from "./http/watched_connection.ts";
import type { ConnectionListener } from "./listener.ts";

/** In PEM. */
interface TlsCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Accepts connections of TLS on a listener of TCP. */
export class TlsListener implements ConnectionListener {
  readonly #listener: ConnectionListener;
  #context: SecureContext;

  /** @throws Error if the certificate cannot be used */
  constructor(listener: ConnectionListener, certificate: TlsCertificate) {
    this.#listener = listener;
    this.#context = createSecureContext(certificate);
  }

  /**
   * Uses another certificate for connections that are accepted from now on.
   *
   * @throws Error if it cannot be used: the one before stays
   */
  setCertificate(certificate: TlsCertificate): void {
    this.#context = createSecureContext(certificate);
  }

  async accept(): Promise<IngestConnection> {
    return new TlsConnection(await this.#listener.accept(), this.#context);
  }

  close(): void {
    this.#listener.close();
  }
}
