/** One line on a terminal that says how far the work is, once it takes longer than a second. */

/** In milliseconds. */
const QUIET = 1000;
const INTERVAL = 100;

/** A terminal of the least usual width, in characters. */
const WIDTH = 79;

export class Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #next: number;
  #shown = false;

  /**
   * @param write to a terminal
   * @param now milliseconds of a steady clock
   */
  constructor(write: (text: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
    this.#next = now() + QUIET;
  }

  /** Shows a line in place of the last, unless that is a moment old: call it as often as there is news. */
  show(line: () => string): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + INTERVAL;
    this.#shown = true;
    this.#write(`\r\x1b[K${line().slice(0, WIDTH)}`);
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.#shown) this.#write("\r\x1b[K");
    this.#shown = false;
  }
}
