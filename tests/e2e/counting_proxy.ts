/** A proxy in front of an origin of a test, which counts what is requested of it, and adds latency. */

import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** Headers of a connection, not of a message (RFC 9110 §7.6.1). */
const HOP_BY_HOP = ["connection", "keep-alive"];

/** A request, and what the origin responded as far as the client received it. */
export interface CountedRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly range: string | undefined;
  /** Undefined without a response. */
  readonly status: number | undefined;
  /** Bytes of the body. */
  readonly bytes: number;
  /** Length of the longest chain of requests up to this one, of which each began after the one before it had ended. */
  readonly depth: number;
}

export interface Counts {
  /** In the order in which they ended. */
  readonly requests: readonly CountedRequest[];
  readonly bytes: number;
  /** The greatest depth. */
  readonly roundTrips: number;
}

export interface CountingProxy extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** Milliseconds from each request until the origin gets it. */
  latencyMs: number;
  /** Whether it closes each connection instead of passing requests on. */
  isDown: boolean;
  /** Counts since the last call. Requests under way at a call are never counted. */
  take(): Counts;
}

/** @param origin its URL, without a path; it gets every header as the client sent it, also Host, which signatures cover */
export async function startCountingProxy(origin: string, latencyMs = 0): Promise<CountingProxy> {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  let ended: CountedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const depth = 1 + Math.max(0, ...ended.map((it) => it.depth));
    const before = ended;
    const { status, bytes } = await forward(incoming, outgoing);
    if (before !== ended) return; // it began before the last take()
    const { method = "", url: path = "", headers: { range } } = incoming;
    ended.push({ method, path, range, status, bytes, depth });
  });

  async function forward(incoming: IncomingMessage, outgoing: ServerResponse) {
    await sleep(proxy.latencyMs);
    if (proxy.isDown) {
      outgoing.destroy();
      return { status: undefined, bytes: 0 };
    }
    const { method, url: path, headers } = incoming;
    const answered = Promise.withResolvers<IncomingMessage | undefined>();
    const options = { hostname, port, agent, method, path, headers: withoutHopByHop(headers) };
    const upstream = request(options, answered.resolve);
    upstream.on("error", () => answered.resolve(undefined)); // which the client sees as a reset
    outgoing.on("close", () => upstream.destroy());
    incoming.pipe(upstream);
    const response = await answered.promise;
    if (!response) {
      outgoing.destroy();
      return { status: undefined, bytes: 0 };
    }
    return { status: response.statusCode, bytes: await passOn(response, outgoing) };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const proxy: CountingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencyMs,
    isDown: false,
    take() {
      const requests = ended;
      ended = [];
      return {
        requests,
        bytes: requests.reduce((sum, { bytes }) => sum + bytes, 0),
        roundTrips: Math.max(0, ...requests.map(({ depth }) => depth)),
      };
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
    },
  };
  return proxy;
}

/** Sends a response to the client, up to where the origin or the client ends it; returns the bytes of its body. */
async function passOn(response: IncomingMessage, outgoing: ServerResponse): Promise<number> {
  let bytes = 0;
  response.on("data", (chunk: Uint8Array) => bytes += chunk.length);
  outgoing.writeHead(response.statusCode!, withoutHopByHop(response.headers));
  await new Promise<void>((resolve) => {
    pipeline(response, outgoing, (error) => {
      if (error) outgoing.destroy(); // an incomplete body stays incomplete
      resolve();
    });
  });
  return bytes;
}

function withoutHopByHop(headers: IncomingMessage["headers"]): IncomingMessage["headers"] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)),
  );
}
