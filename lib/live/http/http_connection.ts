/** Serves the requests of one connection over HTTP. */

import { addCount, type IngestCounts } from "../ingest_counts.ts";
import { describeFailure, IngestError, toIngestError } from "../ingest_error.ts";
import { HttpRequestReader, type IngestRequest } from "./http_request.ts";
import {
  formatResponse,
  type IngestResponse,
  PUBLISH_METHODS,
  toErrorResponse,
} from "./http_response.ts";
import { redactPublishingUrl } from "./publishing_url.ts";
import { OrderedResponses } from "./ordered_responses.ts";
import type { ResponseQueue } from "./response_queue.ts";
import type { StreamReader } from "./stream_reader.ts";
import type { WatchedConnection } from "./watched_connection.ts";

export interface IngestLog {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

/** Is called with true when a request waits for another one: the connection is read on, and responses stay in order. */
export type OnHeld = (isHeld: boolean) => void;

export interface HttpIngest {
  /** Serves a request; a body that is not at its end afterwards ends the connection. Errors become responses. */
  readonly serve: (request: IngestRequest, onHeld: OnHeld) => Promise<IngestResponse>;
  readonly counts: IngestCounts;
  readonly log: (entry: IngestLog) => void;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Aborted: a connection ends after its current request. */
  readonly stopping: AbortSignal;
}

/**
 * Resolves when the last response was sent; the caller closes the connection.
 *
 * @param reader has received the first byte from `responses`
 */
export async function serveHttp(
  { reader, responses, connection }: HttpConnection,
  ingest: HttpIngest,
): Promise<void> {
  const requests = new HttpRequestReader(reader, async (bytes) => {
    await responses.flush();
    await connection.send(bytes);
  });
  const ordered = new OrderedResponses({
    send: (response) => responses.add(response, { isFollowed: reader.received.length > 0 }),
    onAnswered: () => connection.endRequest(),
  });
  let isLast = false;
  while (!isLast && !ingest.stopping.aborted) {
    isLast = await serveNext({ requests, connection, ordered, ingest });
  }
  await ordered.finish();
  await responses.flush();
}

/** Serves a request, or until it waits for another one. Resolves to true if no other one may follow. */
async function serveNext(context: Context): Promise<boolean> {
  const { promise: isHeld, resolve } = Promise.withResolvers<"held">();
  const onHeld = (isHeld: boolean) => {
    request.isHeld = isHeld;
    if (isHeld) resolve("held");
  };
  const exchanged = exchange(context, onHeld);
  const request = { response: exchanged.then((it) => it?.response), isHeld: false };
  const result = await Promise.race([exchanged, isHeld]);
  if (!result) return true;
  await context.ordered.add(request);
  return result !== "held" && result.isLast;
}

interface Context {
  readonly requests: HttpRequestReader;
  readonly connection: WatchedConnection;
  readonly ordered: OrderedResponses;
  readonly ingest: HttpIngest;
}

interface HttpConnection {
  readonly reader: StreamReader;
  readonly responses: ResponseQueue;
  readonly connection: WatchedConnection;
}

interface Exchange {
  readonly response: Uint8Array;
  /** No other request may follow. */
  readonly isLast: boolean;
}

/** Resolves to undefined if the connection ends before a request. */
async function exchange(
  { requests, connection, ordered, ingest }: Context,
  onHeld: OnHeld,
): Promise<Exchange | undefined> {
  let request: IngestRequest | undefined;
  let response: IngestResponse | undefined;
  let isLast = true;
  let wasHeld = false;
  try {
    request = await requests.read();
    if (!request) return undefined;
    await ordered.settle();
    const { isPersistent, body } = request;
    const mayFollow = () => isPersistent && body.isAtEnd;
    response = await ingest.serve(request, (isHeld) => {
      wasHeld = mayFollow();
      if (wasHeld) onHeld(isHeld);
    });
    isLast = !mayFollow() || ingest.stopping.aborted;
  } catch (error) {
    if (!request && connection.isBroken) return undefined;
    response = fail(error, { request, connection, ingest });
    isLast = !wasHeld;
  }
  addCount(ingest.counts.responses, response.status);
  const omitsBody = request?.method === "HEAD";
  const options = { nowMs: ingest.nowMs(), isLast, omitsBody };
  return { response: formatResponse(response, options), isLast };
}

interface Failed {
  readonly request: IngestRequest | undefined;
  readonly connection: WatchedConnection;
  readonly ingest: HttpIngest;
}

function fail(error: unknown, { request, connection, ingest }: Failed): IngestResponse {
  const failure = toIngestError(error);
  const { level, text } = describeFailure(failure);
  const target = request ? ` ${describeRequest(request, failure.code !== "NOT_FOUND")}` : "";
  ingest.log({ level, message: `Publisher ${connection.remoteAddress}${target}: ${text}` });
  return toErrorResponse(failure);
}

/** A key may be in any place, also in that of the method. */
function describeRequest({ method, target }: IngestRequest, isKnown: boolean): string {
  const shown = /^[A-Z]{1,10}$/.test(method) ? method : "…";
  return `${shown} ${redactPublishingUrl(target, { isKnown })}`;
}

/** @throws IngestError unless the method publishes */
export function requirePublishMethod({ method }: IngestRequest): void {
  if (PUBLISH_METHODS.includes(method)) return;
  throw new IngestError(
    "METHOD_NOT_ALLOWED",
    "Cannot publish by this method, expected PUT or POST",
  );
}
