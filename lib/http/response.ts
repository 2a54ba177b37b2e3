/** Responses that carry what the access log records: reading it from headers takes longer than planning a segment. */

import type { ErrorInfo } from "./error_info.ts";
import type { ResponseRecord } from "./request.ts";

export type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** Keeps browsers from guessing types: a file of another type that looks like HTML would run scripts. */
export const NO_SNIFFING = { "x-content-type-options": "nosniff" } as const;

export class LoggedResponse extends Response {
  readonly streamed: boolean;

  constructor(
    body: Body | null,
    init: ResponseInit,
    readonly size = 0,
    readonly errorInfo?: ErrorInfo,
  ) {
    super(body, init);
    this.streamed = body instanceof ReadableStream;
  }
}

export function getErrorInfo(response: Response): ErrorInfo | undefined {
  return response instanceof LoggedResponse ? response.errorInfo : undefined;
}

export function isStreamed(response: Response): boolean {
  return response instanceof LoggedResponse && response.streamed;
}

/** Returns the bytes of the body that the listener has taken so far. */
export function getSentBytes({ streamedBytes = 0 }: ResponseRecord, response: Response): number {
  if (!(response instanceof LoggedResponse)) return 0;
  return response.streamed ? streamedBytes : response.size;
}
