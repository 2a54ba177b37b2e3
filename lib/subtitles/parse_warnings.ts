/** What is wrong with a text, as sentences for the operator. */

/** Faults beyond these are only counted: a file may be wrong in every line. */
const MAX_WARNINGS = 20;

export class ParseWarnings {
  readonly #sentences = new Set<string>();
  #omitted = 0;

  /** @param number of the line, from 1 on; @param why the rest of a sentence */
  addLine(number: number, why: string): void {
    this.add(`Cannot use line ${number}: ${why}`);
  }

  /** The same sentence is said once. */
  add(sentence: string): void {
    if (this.#sentences.has(sentence)) return;
    if (this.#sentences.size < MAX_WARNINGS) this.#sentences.add(sentence);
    else this.#omitted++;
  }

  get list(): string[] {
    if (this.#omitted === 0) return [...this.#sentences];
    return [...this.#sentences, `Cannot list ${this.#omitted} more faults of this kind`];
  }
}
