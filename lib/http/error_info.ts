import { isExpectedError, MediaError } from "../errors.ts";

export interface ErrorInfo {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  /** Internal errors only; never sent to a client. */
  readonly stack?: string;
}

export function toErrorInfo(error: unknown): ErrorInfo {
  if (isExpectedError(error)) {
    const status = error instanceof MediaError ? 500 : error.status;
    return { status, code: error.code, reason: error.message };
  }
  return {
    status: 500,
    code: "INTERNAL",
    reason: "Cannot respond because of an internal error: see the log of ams",
    stack: error instanceof Error ? error.stack ?? error.message : String(error),
  };
}
