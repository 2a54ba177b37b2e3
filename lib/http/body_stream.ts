import { SOURCE_USAGE, type SourceUsage } from "../source_usage.ts";
import type { SendTimeouts } from "./send_timeouts.ts";

/** No response reports it: the status has been sent. */
export class SendTimeoutError extends Error {
  override name = "SendTimeoutError";
}

export interface BodyCallbacks {
  /** Called once, when no source is read any more. */
  readonly release: () => void;
  /** Called when the client goes: what is being read is of no use to it. */
  readonly onLeave?: () => void;
  readonly onError: (error: unknown) => void;
  /** Called for each chunk that the reader takes. */
  readonly onBytes?: (count: number) => void;
}

/**
 * Pulls bytes when the previous ones have been sent; `size` is that of all.
 *
 * @param timeouts error the stream if the client does not read
 */
export function toBodyStream(
  next: () => Promise<Uint8Array>,
  size: number,
  { release, onLeave, onError, onBytes = () => {} }: BodyCallbacks,
  timeouts?: SendTimeouts,
): ReadableStream<Uint8Array> {
  const usage = SOURCE_USAGE.getStore(); // the stream is pulled by others
  let left = size;
  let ended = false;
  let reading = false;
  let expire = () => {};
  const end = () => {
    if (!ended && !reading) release();
    ended = true;
    timeouts?.stop(expire);
  };
  const endReading = () => {
    reading = false;
    if (ended) release(); // canceled meanwhile: others may share the read
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      expire = () => {
        if (reading) return timeouts?.restart(expire);
        const message = `Client read nothing for ${timeouts!.timeoutMs / 1000} s: response aborted`;
        onError(message);
        controller.error(new SendTimeoutError(message));
        end();
      };
    },
    async pull(controller) {
      try {
        reading = true;
        const bytes = await countIn(usage, next).finally(endReading);
        if (ended) return;
        controller.enqueue(bytes);
        onBytes(bytes.length);
        left -= bytes.length;
        if (left > 0) return timeouts?.restart(expire);
        controller.close();
      } catch (error) {
        if (ended) return;
        onError(error);
        controller.error(error); // the client notices by Content-Length
      }
      end();
    },
    cancel() {
      end();
      onLeave?.();
    },
  }, { highWaterMark: 0 });
}

function countIn<T>(usage: SourceUsage | undefined, read: () => T): T {
  return usage ? SOURCE_USAGE.run(usage, read) : read();
}
