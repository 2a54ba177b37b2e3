/** A body that is made while it is sent. */

/** What there is to do when it is over. */
export interface BodyCallbacks {
  /** Called once: what it is made of is not needed any more. */
  readonly release: () => void;
  /** Is told why an answer was cut off after it had begun. */
  readonly onError: (error: unknown) => void;
}

/**
 * Asks for the next bytes when those before them have gone.
 *
 * @param size of all, in bytes
 */
export function toBodyStream(
  next: () => Promise<Uint8Array>,
  size: number,
  { release, onError }: BodyCallbacks,
): ReadableStream<Uint8Array> {
  let left = size;
  let over = false;
  const end = () => {
    if (!over) release();
    over = true;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const bytes = await next();
        if (over) return; // the client has gone meanwhile
        controller.enqueue(bytes);
        left -= bytes.length;
        if (left > 0) return;
        controller.close();
      } catch (error) {
        if (over) return;
        onError(error);
        controller.error(error); // the client sees that it was cut off: the length was said
      }
      end();
    },
    cancel: end,
  }, { highWaterMark: 0 });
}
