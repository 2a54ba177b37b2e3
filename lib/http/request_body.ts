/** Bodies of requests, which license requests alone have. */

import { ByteWriter } from "../bytes.ts";
import { RequestError } from "../errors.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";

/** A license request names a few dozen keys. */
export const MAX_BODY_BYTES = 4096;

/** Slower ones are taken for an attack. */
const MAX_BODY_MS = 10_000;

/**
 * Reads a body.
 *
 * @throws RequestError `BAD_REQUEST` if it is longer than `MAX_BODY_BYTES`, incomplete or slow
 */
export async function readRequestBody(
  body: ReadableStream<Uint8Array> | null,
  clock: TimeoutClock = SYSTEM_CLOCK,
): Promise<Uint8Array> {
  if (!body) return new Uint8Array(0);
  const reader = body.getReader();
  let isLate = false;
  const stopTimer = clock.start(() => {
    isLate = true;
    cancel(reader);
  }, MAX_BODY_MS);
  try {
    const bytes = await readAll(reader);
    if (isLate) throw invalidBody(`that takes longer than ${MAX_BODY_MS / 1000} seconds`);
    return bytes;
  } finally {
    stopTimer();
  }
}

async function readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array> {
  const bytes = new ByteWriter(256);
  while (true) {
    const { done, value } = await reader.read().catch(() => {
      throw invalidBody("that is incomplete");
    });
    if (done) return bytes.finish();
    if (bytes.length + value.length > MAX_BODY_BYTES) {
      cancel(reader);
      throw invalidBody(`of more than ${MAX_BODY_BYTES} bytes`);
    }
    bytes.bytes(value);
  }
}

/** The connection may have failed meanwhile, which no further read reports. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {});
}

function invalidBody(what: string): RequestError {
  return new RequestError("BAD_REQUEST", `Cannot read a body ${what}`);
}
