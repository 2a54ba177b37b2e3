/**
 * TLS by `node:https`: `Deno.serve` delays most TLS responses by 44 ms, since it does not set TCP_NODELAY, and takes
 * seconds for a large one over HTTP/2.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { MediaError } from "../errors.ts";
import { OTHER_RESPONSE } from "../response_category.ts";
import { SendTimeoutError } from "./body_stream.ts";
import { RequestDeadlines } from "./request_deadlines.ts";
import { readRequestBody } from "./request_body.ts";
import { parseRequestTarget } from "./request_target.ts";
import { isStreamed } from "./response.ts";
import type { Address, Certificate, Handler, HttpServer, ListenOptions } from "./server.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";

/** Slower ones are taken for an attack. */
const MAX_HANDSHAKE_MS = 20_000;
const MAX_HEADERS_MS = 20_000;

/** A listener without a descriptor for a connection becomes deaf, without an error. Headers may take this much longer. */
const MAX_IDLE_MS = 10_000;

/** Handlers read a part at most. Deno does while a request is paused, without limit. */
const MAX_REQUEST_BODY_BYTES = 65536;
const CHUNKS_CHECK_MS = 100;

/** What is written is encrypted at once, and copied. */
const MAX_WRITE_BYTES = 2 ** 18;

interface TlsOptions extends ListenOptions {
  /** Valid: `setCertificate()` does not notice the key of another certificate. */
  readonly certificate: Certificate;
  readonly clock?: TimeoutClock;
}

/** @throws Error if the certificate or the address cannot be used */
export async function serveTls(
  address: Address,
  { sendTimeoutMs = 0, clock = SYSTEM_CLOCK, ...options }: TlsOptions,
  handler: Handler,
): Promise<HttpServer> {
  let { certificate } = options;
  const servers = new Set<Server>();
  const deadlines = new RequestDeadlines<Socket>(MAX_HEADERS_MS, () => clock.now());
  let accepted = 0;
  let stopTimer = () => {};
  const start = async () => {
    const server = createServer(
      { ...certificate, handshakeTimeout: MAX_HANDSHAKE_MS },
      (request, response) => {
        limitBody(request);
        deadlines.startRequest(request.socket);
        response.once("close", () => deadlines.endRequest(request.socket));
        exchange(request, response, handler).catch((error) => {
          response.destroy(); // the client notices by Content-Length
          if (!(error instanceof MediaError || error instanceof SendTimeoutError)) throw error;
        });
      },
    );
    server.timeout = sendTimeoutMs;
    server.on("connection", () => accepted++);
    server.on("secureConnection", (socket) => deadlines.add(socket));
    await bind(server, address);
    servers.add(server);
    server.once("close", () => servers.delete(server));
  };
  const replaceDeaf = () => {
    stopTimer = clock.start(replaceDeaf, MAX_IDLE_MS);
    deadlines.enforce();
    const old = [...servers];
    if (accepted === 0) start().then(() => old.forEach((server) => server.close()), () => {});
    accepted = 0;
  };
  await start();
  stopTimer = clock.start(replaceDeaf, MAX_IDLE_MS);
  return {
    setCertificate(replacement) {
      certificate = replacement;
      for (const server of servers) server.setSecureContext(certificate);
    },
    async shutdown() {
      stopTimer();
      await Promise.all(Array.from(servers, close));
    },
  };
}

/** @throws Error if the address cannot be used */
function bind(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, reusePort: true }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

async function exchange(
  request: IncomingMessage,
  response: ServerResponse,
  handler: Handler,
): Promise<void> {
  const { remoteAddress = "", remotePort } = request.socket;
  const completed = new Promise<void>((resolve) => response.once("close", () => resolve()));
  const { authority, path, query } = parseRequestTarget(request.url!);
  const body = request.method === "POST" ? toStream(request) : null;
  const result = await handler({
    method: request.method!,
    rawPath: path,
    rawQuery: query,
    authority,
    headers: toHeaders(request),
    readBody: body ? () => readRequestBody(body) : readNothing,
    connection: `${remoteAddress} ${remotePort}`,
    remoteAddress,
    completed,
    get signal() {
      return createCloseSignal(response);
    },
    category: OTHER_RESPONSE,
    cache: undefined,
    isLive: false,
    isLogged: true,
    source: undefined,
    streamedBytes: 0,
    admission: undefined,
  });
  response.writeHead(result.status, [...result.headers].flat());
  if (isStreamed(result)) {
    await sendStream(result.body!, response, completed);
    response.end();
    return;
  }
  const bytes = await result.bytes();
  const isLarge = bytes.length > MAX_WRITE_BYTES;
  if (isLarge) await writePieces(bytes, response, completed);
  response.end(isLarge ? undefined : bytes); // headers and body in one write
}

function createCloseSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort());
  return controller.signal;
}

/** Shared by requests without a body, which are nearly all. */
function readNothing(): Promise<Uint8Array> {
  return Promise.resolve(new Uint8Array(0));
}

/** Starts to receive at once: `limitBody()` lets the data flow, and a handler may read it later. */
function toStream(request: IncomingMessage): ReadableStream<Uint8Array> {
  let isOpen = true;
  return new ReadableStream({
    start(controller) {
      const finish = (end: () => void) => {
        if (isOpen) end();
        isOpen = false;
      };
      request.on("data", (chunk: Uint8Array) => isOpen && controller.enqueue(chunk));
      request.once("end", () => finish(() => controller.close()));
      request.once("close", () => finish(() => controller.error(new Error("incomplete"))));
    },
    cancel() {
      isOpen = false;
    },
  });
}

function limitBody(request: IncomingMessage): void {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (length === "0" && encoding === undefined) return;
  let left = MAX_REQUEST_BODY_BYTES;
  request.on("data", ({ length }: Uint8Array) => {
    left -= length;
    if (left < 0) request.socket.destroy();
  });
  if (encoding !== undefined) limitChunks(request);
}

/** Extensions of chunks (RFC 9112 §7.1.1) are no data. */
function limitChunks(request: IncomingMessage): void {
  const { socket } = request;
  const end = socket.bytesRead + MAX_REQUEST_BODY_BYTES;
  const timer = setInterval(() => {
    if (socket.bytesRead > end) socket.destroy();
  }, CHUNKS_CHECK_MS);
  const stop = () => {
    clearInterval(timer);
    socket.off("close", stop);
  };
  request.once("end", stop);
  socket.once("close", stop);
}

/** Skips pseudo-headers, which `Headers` rejects. */
function toHeaders({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !name.startsWith(":")) result.set(name, String(value));
  }
  return result;
}

async function sendStream(
  body: ReadableStream<Uint8Array>,
  response: ServerResponse,
  closed: Promise<void>,
): Promise<void> {
  const reader = body.getReader();
  closed.then(() => reader.cancel().catch(() => {})); // read() reports errors of the body
  reader.closed.catch(() => response.destroy()); // while it waits for the client
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    await writePieces(value, response, closed);
  }
}

/** The timeout of the socket starts again with each piece. */
async function writePieces(
  bytes: Uint8Array,
  response: ServerResponse,
  closed: Promise<void>,
): Promise<void> {
  for (let start = 0; start < bytes.length; start += MAX_WRITE_BYTES) {
    if (response.write(bytes.subarray(start, start + MAX_WRITE_BYTES))) continue;
    const drained = new Promise<void>((resolve) => response.once("drain", () => resolve()));
    await Promise.race([drained, closed]);
  }
}
