/** A publisher that sends its requests byte by byte, and connects again when the server ends. */

import { connect as connectPlain } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

export interface PublisherResponse {
  readonly status: number;
  readonly text: string;
  /** Common name of the server's certificate; undefined without TLS. */
  readonly certificate: string | undefined;
}

export interface RequestOptions {
  readonly port: number;
  readonly path: string;
  readonly body: Uint8Array;
  /** Called when half of the body is sent. */
  readonly onMiddle?: (() => Promise<void>) | undefined;
  readonly isTls?: boolean;
}

const RETRY_MS = 100;
const MAX_RETRIES = 400;

/**
 * Sends a request on a connection of its own.
 *
 * @throws Error if the connection ends before the response
 */
export async function sendBody(
  { port, path, body, onMiddle, isTls = false }: RequestOptions,
): Promise<PublisherResponse> {
  const address = { host: "127.0.0.1", port };
  const socket = isTls
    ? connectTls({ ...address, rejectUnauthorized: false })
    : connectPlain(address);
  const ended = Promise.withResolvers<void>();
  let [received, failure] = ["", undefined as Error | undefined];
  socket.on("data", (data) => received += data);
  socket.on("error", (error) => failure = error);
  socket.on("close", () => ended.resolve());
  const write = (bytes: string | Uint8Array) =>
    new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  await new Promise<void>((resolve) => {
    socket.once(isTls ? "secureConnect" : "connect", () => resolve());
    socket.once("close", () => resolve());
  });
  const certificate = isTls ? (socket as TLSSocket).getPeerCertificate().subject?.CN : undefined;
  const half = body.length >> 1;
  await write(
    `PUT ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await write(body.subarray(0, half));
  await onMiddle?.();
  await write(body.subarray(half));
  await ended.promise;
  socket.destroy();
  const [, status] = /^HTTP\/1\.1 (\d+) /.exec(received) ?? [];
  if (status === undefined) throw failure ?? new Error("The connection has ended");
  return { status: Number(status), text: received, certificate: certificate && `${certificate}` };
}

/**
 * Sends a request until the response is 200; `onMiddle` is called once.
 *
 * @returns how often it was sent
 */
export async function sendUntilStored(request: RequestOptions): Promise<number> {
  let { onMiddle } = request;
  for (let tries = 1; tries <= MAX_RETRIES; tries++) {
    const response = await sendBody({ ...request, onMiddle }).catch(() => undefined);
    onMiddle = undefined;
    if (response?.status === 200) return tries;
    if (response && response.status !== 503) throw new Error(response.text);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  throw new Error("Cannot reach the server");
}
