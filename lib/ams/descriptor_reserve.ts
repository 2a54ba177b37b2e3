/** How many file descriptors the process has left: `few` for what runs, `none` for anything more. */
export type DescriptorSupply = "enough" | "few" | "none";

const RESERVE = 64;

/** Connections at the hard limit end the listeners, and a worker that starts there ends the process. */
export class DescriptorReserve implements Disposable {
  readonly #open: () => Disposable | undefined;
  readonly #size: number;
  #held: Disposable[];

  /** @param open returns undefined if there is no descriptor */
  constructor(open: () => Disposable | undefined, size = RESERVE) {
    this.#open = open;
    this.#size = size;
    this.#held = this.#openFiles(size);
  }

  /** Releases the reserve when nothing else is left, and reserves descriptors again when there are enough. */
  check(): DescriptorSupply {
    const spare = this.#openFiles(this.#size - this.#held.length + 1);
    const total = this.#held.length + spare.length;
    if (total <= this.#size) {
      release([...this.#held, ...spare]);
      this.#held = [];
      return total > this.#size / 2 ? "few" : "none";
    }
    release(spare.splice(-1));
    this.#held = [...this.#held, ...spare];
    return "enough";
  }

  [Symbol.dispose](): void {
    release(this.#held.splice(0));
  }

  #openFiles(count: number): Disposable[] {
    const files: Disposable[] = [];
    while (files.length < count) {
      const file = this.#open();
      if (!file) break;
      files.push(file);
    }
    return files;
  }
}

function release(files: readonly Disposable[]): void {
  for (const file of files) file[Symbol.dispose]();
}
