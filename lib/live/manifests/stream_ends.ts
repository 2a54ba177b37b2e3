/** Ends of streams that a manifest states. The last segments may arrive after it, on other connections. */

/** In µs since the last request for the stream. */
const MAX_LATE = 1e6;

export class StreamEnds {
  /** Streams that are to end, and since when, in µs of the monotonic clock. */
  readonly #ending = new Map<string, number>();
  /** Requests that are being stored. */
  readonly #open = new Map<string, number>();

  add(streams: Iterable<string>, now: number): void {
    for (const stream of streams) if (!this.#ending.has(stream)) this.#ending.set(stream, now);
  }

  /** The encoder goes on. */
  remove(streams: Iterable<string>): void {
    for (const stream of streams) this.#ending.delete(stream);
  }

  open(stream: string): void {
    this.#open.set(stream, (this.#open.get(stream) ?? 0) + 1);
  }

  close(stream: string, now: number): void {
    const count = this.#open.get(stream)! - 1;
    if (count > 0) this.#open.set(stream, count);
    else this.#open.delete(stream);
    if (this.#ending.has(stream)) this.#ending.set(stream, now);
  }

  /** Takes the streams that have ended: nothing has come for a second. */
  take(now: number): string[] {
    return this.#take((stream, since) => !this.#open.has(stream) && now - since >= MAX_LATE);
  }

  /** Takes all streams that are to end, if one of them begins again: with an init segment. */
  takeBefore(stream: string): string[] {
    return this.#ending.has(stream) ? this.#take(() => true) : [];
  }

  #take(isTaken: (stream: string, since: number) => boolean): string[] {
    const taken = [...this.#ending].flatMap(([stream, since]) =>
      isTaken(stream, since) ? [stream] : []
    );
    this.remove(taken);
    return taken;
  }
}
