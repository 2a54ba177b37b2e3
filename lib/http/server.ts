import type { HttpRequest } from "./request.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export type Handler = (request: Required<HttpRequest>) => Response | Promise<Response>;

export interface HttpServer {
  /** Accepts no new connections; resolves when all responses have ended. */
  shutdown(): Promise<void>;
}
