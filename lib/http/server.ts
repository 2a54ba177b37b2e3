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

export type Handler = (call: Required<HttpRequest>) => Response | Promise<Response>;

export interface Server {
  /** Takes no new connections; kept when the answers under way are over. */
  shutdown(): Promise<void>;
}
