/** A client that reports which certificate a server presents. It trusts any. */

import type { IncomingMessage } from "node:http";
import { Agent, get } from "node:https";
import type { TLSSocket } from "node:tls";

export interface TlsResponse {
  readonly status: number;
  readonly bytes: number;
  /** Common name of the certificate of the connection. */
  readonly certificate: string;
}

/** Sends its requests on one connection, unless the server closes it. */
export class TlsClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });

  get(port: number, path: string): Promise<TlsResponse> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, path, agent: this.#agent };
      get(options, (response) => resolve(receive(response))).once("error", reject);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

async function receive(response: IncomingMessage): Promise<TlsResponse> {
  const certificate = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
  let bytes = 0;
  for await (const chunk of response) bytes += chunk.length;
  return { status: response.statusCode!, bytes, certificate: `${certificate}` };
}

/** Returns the certificate of a new connection. */
export async function getCertificateName(port: number): Promise<string> {
  using client = new TlsClient();
  return (await client.get(port, "/none")).certificate;
}
