/** A response body that is produced while it is sent. */

export interface BodyCallbacks {
  /** Called once, when nothing more is read from the sources. */
  readonly release: () => void;
  /** Called with the reason if the body fails after the response has begun. */
  readonly onError: (error: unknown) => void;
}

/**
 * Pulls the next bytes when the previous ones have been sent.
 *
 * @param size of all bytes
 */
export function toBodyStream(
  next: () => Promise<Uint8Array>,
  size: number,
  { release, onError }: BodyCallbacks,
): ReadableStream<Uint8Array> {
  let left = size;
  let ended = false;
  const end = () => {
    if (!ended) release();
    ended = true;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await next();
        if (ended) return; // the client disconnected meanwhile
        controller.enqueue(bytes);
        left -= bytes.length;
        if (left > 0) return;
        controller.close();
      } catch (error) {
        if (ended) return;
        onError(error);
        controller.error(error); // the client notices by Content-Length
      }
      end();
    },
    cancel: end,
  }, { highWaterMark: 0 });
}
