/** What is wrong with a text, as sentences for the operator. */

/** Faults beyond these are only counted: a file may be wrong in every line. */
const MOST = 20;

export class Faults {
  readonly #sentences = new Set<string>();
  #unsaid = 0;

  /** @param number of the line, from 1 on; @param why the rest of a sentence */
  line(number: number, why: string): void {
    this.say(`Cannot use line ${number}: ${why}`);
  }

  /** The same sentence is said once. */
  say(sentence: string): void {
    if (this.#sentences.has(sentence)) return;
    if (this.#sentences.size < MOST) this.#sentences.add(sentence);
    else this.#unsaid++;
  }

  get list(): string[] {
    if (this.#unsaid === 0) return [...this.#sentences];
    return [...this.#sentences, `Cannot list ${this.#unsaid} more faults of this kind`];
  }
}
