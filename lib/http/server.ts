import type { HttpRequest } from "./request.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A Unix domain socket. */
export interface SocketAddress {
  readonly path: string;
}

export type ListenAddress = Address | SocketAddress;

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export type Handler = (request: Required<HttpRequest>) => Response | Promise<Response>;

export interface ListenOptions {
  /** Over TLS, connections are closed when nothing is sent or received for so long; default: never. */
  readonly sendTimeoutMs?: number | undefined;
  /** Called when the system refuses to accept connections. */
  readonly onAcceptError?: (message: string) => void;
}

export interface HttpServer {
  /** Uses the certificate for new connections. Absent without TLS. */
  setCertificate?(certificate: Certificate): void;
  /** Accepts no new connections; resolves when all responses have ended. */
  shutdown(): Promise<void>;
}
