/** The log line of a request, in each format. */

import type { ErrorInfo } from "../http/error_info.ts";
import type { HttpRequest } from "../http/request.ts";
import { getErrorInfo, getSentBytes } from "../http/response.ts";
import { readCmcd } from "./cmcd.ts";
import { escapeUnprintable, quoteCombined, quoteJson, shorten } from "./escape.ts";
import { getStatusLevel } from "./log_format.ts";
import { formatCombinedTime, formatLogTime } from "./log_time.ts";
import { redactPath, redactPublishingPath, redactText } from "./redaction.ts";
import { getRequestId } from "./request_id.ts";

export interface AccessLogEntry {
  /** When the last byte was sent. */
  readonly endedAtMs: number;
  /** Until the last byte was sent. */
  readonly durationMs: number;
  /** Address, behind proxies that are trusted. */
  readonly client: string;
  readonly request: HttpRequest;
  readonly response: Response;
}

const FORMATTERS = { text: formatText, json: formatJson, combined: formatCombined };

/** Returns one line without a newline. It contains neither the query nor a token. */
export function formatRequest(format: keyof typeof FORMATTERS, entry: AccessLogEntry): string {
  return FORMATTERS[format](entry);
}

/** Formats `2026-11-24T08:02:29.123Z GET /a.json/.mpd 200 2048 0.8ms 192.0.2.7`, with an error's code and reason. */
function formatText(
  { endedAtMs, durationMs, client, request, response }: AccessLogEntry,
): string {
  const { method } = request;
  const path = shorten(escapeUnprintable(getLoggedPath(request, response)));
  const line = `${formatLogTime(endedAtMs)} ${shorten(escapeUnprintable(method))} ${path} ` +
    `${response.status} ${getSentBytes(request, response)} ${roundMs(durationMs)}ms ${client}`;
  const error = getErrorInfo(response);
  if (!error) return line;
  const { code, reason, stack } = describe(error);
  return `${line} ${code} ${JSON.stringify(reason)}${stack ? ` ${JSON.stringify(stack)}` : ""}`;
}

/** Builds the object by hand: JSON.stringify() of it takes twice as long. */
function formatJson(
  { endedAtMs, durationMs, client, request, response }: AccessLogEntry,
): string {
  const { method, rawQuery, headers, category, cache, source } = request;
  const { status } = response;
  const error = getErrorInfo(response);
  const range = headers.get("range");
  const agent = headers.get("user-agent");
  const cmcd = readCmcd(headers, rawQuery);
  let line = `{"time":"${formatLogTime(endedAtMs)}","level":"${getStatusLevel(status)}"` +
    `,"id":"${getRequestId(headers)}","client":${quoteJson(client)},"method":${
      quoteJson(shorten(method))
    }` +
    `,"path":${quoteJson(shorten(getLoggedPath(request, response)))},"status":${status}`;
  if (error) line += `,"code":"${error.code}"`;
  line += `,"bytes":${getSentBytes(request, response)}`;
  if (range !== null) line += `,"range":${quoteJson(shorten(range))}`;
  line += `,"ms":${roundMs(durationMs)},"protocol":"${category?.protocol ?? "none"}"` +
    `,"kind":"${category?.kind ?? "other"}"`;
  if (cache !== undefined) line += `,"cache":"${cache}"`;
  if (source && source.ms > 0) {
    const { requests, bytes, ms } = source;
    line += `,"source":{"requests":${requests},"bytes":${bytes},"ms":${roundMs(ms)}}`;
  }
  if (agent !== null) line += `,"agent":${quoteJson(shorten(agent))}`;
  if (cmcd !== undefined) line += `,"cmcd":${cmcd}`;
  if (error) {
    const { reason, stack } = describe(error);
    line += `,"reason":${JSON.stringify(reason)}`;
    if (stack) line += `,"stack":${JSON.stringify(stack)}`;
  }
  return `${line}}`;
}

/**
 * Formats the Combined Log Format. Deno does not tell the version of HTTP; the referrer is left out, since it can contain
 * tokens of other sites.
 */
function formatCombined(
  { endedAtMs, client, request, response }: AccessLogEntry,
): string {
  const { method, headers } = request;
  const path = shorten(getLoggedPath(request, response));
  const line = quoteCombined(`${shorten(method)} ${path} HTTP/1.1`);
  const agent = headers.get("user-agent");
  return `${client} - - [${formatCombinedTime(endedAtMs)}] ${line} ${response.status} ` +
    `${getSentBytes(request, response)} "-" ${
      agent === null ? '"-"' : quoteCombined(shorten(agent))
    }`;
}

/** Methods that are not allowed are those of encoders, which have the port of viewers by mistake. */
function getLoggedPath({ rawPath }: HttpRequest, { status }: Response): string {
  return status === 405 ? redactPublishingPath(rawPath) : redactPath(rawPath);
}

/** A reason may repeat the path. */
function describe({ code, reason, stack }: ErrorInfo): Omit<ErrorInfo, "status"> {
  return {
    code,
    reason: shorten(redactText(reason)),
    ...stack !== undefined && { stack: redactText(stack) },
  };
}

function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
