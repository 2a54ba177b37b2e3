/** Progress line on a terminal, shown when work takes longer than a second. */

/** Time before the first line, and between two lines. In milliseconds. */
const DELAY = 1000;
const INTERVAL = 100;

/** Width of a narrow terminal, in characters. */
const WIDTH = 79;

export class Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #next: number;
  #shown = false;

  /**
   * @param write writes to a terminal
   * @param now monotonic clock in milliseconds
   */
  constructor(write: (text: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
    this.#next = now() + DELAY;
  }

  /** Replaces the line, at most once per interval. */
  show(line: () => string): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + INTERVAL;
    this.#shown = true;
    this.#write(`\r\x1b[K${line().slice(0, WIDTH)}`);
  }

  /** Erases the line. */
  clear(): void {
    if (this.#shown) this.#write("\r\x1b[K");
    this.#shown = false;
  }
}
