/** Requests whose answers are seen as they came: nothing decoded, nothing resolved. */

import { Agent, request } from "node:http";

export interface RawResponse {
  readonly status: number;
  /** Names in lower case; several of one name are one, with commas. */
  readonly headers: Headers;
  /** Not decompressed. */
  readonly body: Uint8Array;
}

export interface RawRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Connections stay open, as those of players do. */
const agent = new Agent({ keepAlive: true });

/**
 * Asks once, on a connection that may have been used before.
 *
 * @throws Error when the connection breaks, also in the middle of the answer
 */
export function rawRequest(
  url: string,
  { method = "GET", headers = {} }: RawRequest = {},
): Promise<RawResponse> {
  const { promise, resolve, reject } = Promise.withResolvers<RawResponse>();
  const asked = request(url, { method, headers, agent }, async (response) => {
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
  asked.on("error", reject).end();
  return promise;
}

/** Closes the connections that are kept. */
export function closeConnections(): void {
  agent.destroy();
}

function toHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let i = 0; i < raw.length; i += 2) headers.append(raw[i]!, raw[i + 1]!);
  return headers;
}

/** Sends a request line's target as it is given, over a connection of its own; the whole answer, as Latin-1. */
export async function rawTargetRequest(url: string, target: string): Promise<string> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const head = `GET ${target} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`;
  await connection.write(Uint8Array.from(head, (char) => char.charCodeAt(0)));
  const bytes = await new Response(connection.readable).bytes();
  return new TextDecoder("latin1").decode(bytes);
}
