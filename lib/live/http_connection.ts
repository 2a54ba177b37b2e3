/** Serves the requests of one connection over HTTP. */

import { addCount, type IngestCounts } from "./ingest_counts.ts";
import { describeFailure, IngestError, toIngestError } from "./ingest_error.ts";
import { HttpRequestReader, type IngestRequest } from "./http_request.ts";
import {
  formatResponse,
  type IngestResponse,
  PUBLISH_METHODS,
  toErrorResponse,
} from "./http_response.ts";
import { redactPublishingUrl } from "./publishing_url.ts";
import type { ResponseQueue } from "./response_queue.ts";
import type { StreamReader } from "./stream_reader.ts";
import type { WatchedConnection } from "./watched_connection.ts";

export interface IngestLog {
  readonly level: "info" | "warn" | "error";
  readonly message: string;
}

export interface HttpIngest {
  /** Serves a request; a body that is not at its end afterwards ends the connection. Errors become responses. */
  readonly serve: (
    request: IngestRequest,
    connection: WatchedConnection,
  ) => Promise<IngestResponse>;
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
  let isLast = false;
  while (!isLast && !ingest.stopping.aborted) {
    const result = await exchange(requests, connection, ingest);
    if (!result) break;
    isLast = result.isLast;
    await responses.add(result.response, { isFollowed: reader.received.length > 0 });
    connection.endRequest();
  }
  await responses.flush();
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
  requests: HttpRequestReader,
  connection: WatchedConnection,
  ingest: HttpIngest,
): Promise<Exchange | undefined> {
  let request: IngestRequest | undefined;
  let response: IngestResponse | undefined;
  let isLast = true;
  try {
    request = await requests.read();
    if (!request) return undefined;
    response = await ingest.serve(request, connection);
    isLast = !(request.isPersistent && request.body.isAtEnd) || ingest.stopping.aborted;
  } catch (error) {
    if (!request && connection.isBroken) return undefined;
    response = fail(error, { request, connection, ingest });
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
