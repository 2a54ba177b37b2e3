import { replaceControls } from "./control_characters.ts";

const DELAY_MS = 1000;
const INTERVAL_MS = 100;

/** Width of a narrow terminal. */
const WIDTH = 79;

export class Progress {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #next: number;
  #shown = false;

  /** @param now monotonic clock in milliseconds */
  constructor(write: (text: string) => void, now: () => number = () => performance.now()) {
    this.#write = write;
    this.#now = now;
    this.#next = now() + DELAY_MS;
  }

  /** Replaces the line, at most once per interval. */
  show(line: () => string): void {
    const now = this.#now();
    if (now < this.#next) return;
    this.#next = now + INTERVAL_MS;
    this.#shown = true;
    this.#write(`\r\x1b[K${replaceControls(line()).slice(0, WIDTH)}`);
  }

  clear(): void {
    if (this.#shown) this.#write("\r\x1b[K");
    this.#shown = false;
  }
}
