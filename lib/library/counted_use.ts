/** Closes what it has open when it was dropped and all users have released it. */
export abstract class CountedUse implements Disposable {
  #useCount = 0;
  #dropped = false;

  /** Closes files. */
  protected abstract close(): void;

  /** Returns false if it is closed; otherwise the caller must `release` it. */
  acquire(): boolean {
    if (this.#dropped && this.#useCount === 0) return false;
    this.#useCount++;
    return true;
  }

  /** Keeps files open for a caller that has acquired it; dispose of the result to release them. */
  readonly hold = (): Disposable => {
    this.#useCount++;
    return this;
  };

  release(): void {
    this.#useCount--;
    this.#closeIfUnused();
  }

  /** Responses in progress complete. */
  drop(): void {
    this.#dropped = true;
    this.#closeIfUnused();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #closeIfUnused(): void {
    if (this.#dropped && this.#useCount === 0) this.close();
  }
}
