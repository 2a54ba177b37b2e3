/** Characters that wait for a write. */
export const MAX_QUEUED_CHARS = 2 ** 20;

/** Lines that wait until earlier ones are written. Those that do not fit are dropped and counted. */
export class LogQueue {
  #waiting = "";
  #dropped = 0;
  #writing: Promise<void> | undefined;

  /**
   * @param write writes one text at a time; never rejects
   * @param formatDropped returns a line with its newline for a number of dropped lines
   */
  constructor(
    readonly write: (text: string) => Promise<void>,
    readonly formatDropped: (count: number) => string,
  ) {}

  /** Adds one or more lines, each with its newline. */
  add(lines: string): void {
    if (this.#dropped > 0 || this.#waiting.length + lines.length > MAX_QUEUED_CHARS) {
      this.#dropped += countLines(lines);
    } else this.#waiting += lines;
    this.#writing ??= this.#writeWaiting();
  }

  /** Resolves when everything is written, at the latest after this time. */
  async flush(maxMs: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) => timer = setTimeout(resolve, maxMs));
    await Promise.race([this.#writing, timeout]);
    clearTimeout(timer);
  }

  async #writeWaiting(): Promise<void> {
    while (this.#waiting || this.#dropped > 0) {
      const dropped = this.#dropped > 0 ? this.formatDropped(this.#dropped) : "";
      const text = this.#waiting + dropped;
      this.#waiting = "";
      this.#dropped = 0;
      await this.write(text);
    }
    this.#writing = undefined;
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
