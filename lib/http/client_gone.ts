import { RequestError } from "../errors.ts";
import { NEVER_ABORTED } from "../shared_work.ts";
import type { HttpRequest } from "./request.ts";

/** The client that waits for bytes. Its signal is slow to read. */
export type Client = Pick<HttpRequest, "signal">;

/** Calls `read` with the signal of a client. @throws RequestError `CLIENT_GONE` when that aborts */
export async function readFor<T>(
  { signal = NEVER_ABORTED }: Client = {},
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  try {
    return await read(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    const message = "Cannot respond: the client has closed the connection";
    throw new RequestError("CLIENT_GONE", message);
  }
}

/** Returns whether a client closed its connection, so that there is nothing to report. */
export function isClientGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === "CLIENT_GONE";
}
