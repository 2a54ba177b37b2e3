/** Sends requests without resolving paths, and receives responses without decoding. */

import { Agent, request } from "node:http";

export interface RawResponse {
  readonly status: number;
  /** Repeated headers are joined with commas. */
  readonly headers: Headers;
  /** As received, possibly compressed. */
  readonly body: Uint8Array;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connections are reused, as by players. */
const agent = new Agent({ keepAlive: true });

/**
 * Sends one request, on a connection that may be reused.
 *
 * @throws Error when the connection fails, also during the response
 */
export function rawRequest(
  url: string,
  { method = "GET", headers = {} }: RawRequest = {},
): Promise<RawResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>();
  const outgoing = request(url, { method, headers, agent }, async (response) => {
    try {
      const parts: Uint8Array[] = [];
      for await (const part of response) parts.push(part);
      resolve({
        status: response.statusCode!,
        headers: toHeaders(response.rawHeaders),
        body: new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer()),
      });
    } catch (error) {
      reject(error);
    }
  });
  outgoing.on("error", reject).end();
  return promise;
}

/** Closes open connections. */
export function closeConnections(): void {
  agent.destroy();
}

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}

/** Sends a request target unchanged on a new connection, and returns the whole response as Latin-1. */
export async function rawTargetRequest(url: string, target: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const header = `GET ${target} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`;
  await connection.write(Uint8Array.from(header, (char) => char.charCodeAt(0)));
  const bytes = await new Response(connection.readable).bytes();
  return new TextDecoder("latin1").decode(bytes);
}
