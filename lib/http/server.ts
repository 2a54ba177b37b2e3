/** A listening server: its address, its certificate and its request handler. */

import type { HttpRequest } from "./response.ts";

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
  /** Takes no new connections; kept when the answers under way are over. */
  shutdown(): Promise<void>;
}
