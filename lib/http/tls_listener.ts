/**
 * TLS by `node:https`. `Deno.serve` has it too, but holds most answers back for 44 ms (it does not set TCP_NODELAY), and
 * takes seconds for a large one in HTTP/2; this does neither, at the same processor time.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { MediaError } from "../errors.ts";
import { getRawPath, getRawQuery } from "./raw_path.ts";
import { isStreamed } from "./response.ts";
import type { Address, Certificate, Handler, HttpServer } from "./server.ts";

/**
 * HTTP/1.1 with TLS.
 *
 * @throws what is wrong with the certificate, or the address
 */
export function serveTls(
  { host, port }: Address,
  { cert, key }: Certificate,
  answer: Handler,
): Promise<HttpServer> {
  const server = createServer({ cert, key }, (request, response) => {
    exchange(request, response, answer).catch((error) => {
      response.destroy(); // the client sees that it was cut off: the length was said
      if (!(error instanceof MediaError)) throw error; // the log knows of the others
    });
  });
  const shutdown = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, reusePort: true }, () => resolve({ shutdown }));
  });
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Handler,
): Promise<void> {
  const completed = new Promise<void>((resolve) => response.once("close", () => resolve()));
  const answered = await answer({
    method: request.method!,
    rawPath: getRawPath(request.url!),
    rawQuery: getRawQuery(request.url!),
    headers: toHeaders(request),
    connection: `${request.socket.remoteAddress} ${request.socket.remotePort}`,
    completed,
  });
  response.writeHead(answered.status, [...answered.headers].flat());
  if (isStreamed(answered)) await send(answered.body!, response, completed);
  response.end(isStreamed(answered) ? undefined : await answered.bytes()); // in one piece with the headers
}

/** Those that a `Headers` can't hold are none that we look at. */
function toHeaders({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(":")) result.set(name, String(value));
  }
  return result;
}

/** As fast as the client reads; no further when it is gone. */
async function send(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  closed: Promise<void>,
): Promise<void> {
  const reader = body.getReader();
  closed.then(() => reader.cancel().catch(() => {})); // of a body that failed, `read` tells
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    if (response.write(value)) continue;
    const drained = new Promise<void>((resolve) => response.once("drain", () => resolve()));
    await Promise.race([drained, closed]);
  }
}
