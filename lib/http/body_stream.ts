export interface BodyCallbacks {
  /** Called once, when no source is read any more. */
  readonly release: () => void;
  readonly onError: (error: unknown) => void;
}

/** Pulls bytes when the previous ones have been sent; `size` is that of all. */
export function toBodyStream(
  next: () => Promise<Uint8Array>,
  size: number,
  { release, onError }: BodyCallbacks,
): ReadableStream<Uint8Array> {
  let left = size;
  let ended = false;
  let reading = false;
  const end = () => {
    if (!ended && !reading) release();
    ended = true;
  };
  const endReading = () => {
    reading = false;
    if (ended) release(); // canceled meanwhile: others may share the read
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        reading = true;
        const bytes = await next().finally(endReading);
        if (ended) return;
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
