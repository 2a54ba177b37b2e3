/** Warnings about a subtitle file or track. */

/** A file may be wrong in every line. */
const MAX_WARNINGS = 20;

export class ParseWarnings {
  readonly #sentences = new Set<string>();
  #omitted = 0;

  addLine(number: number, reason: string): void {
    this.add(`Line ${number}: ${reason}`);
  }

  /** Replaces line breaks and control characters, which are from the file. */
  add(text: string): void {
    const sentence = text.replace(/[\s\p{Cc}]+/gu, " ");
    if (this.#sentences.has(sentence)) return;
    if (this.#sentences.size < MAX_WARNINGS) this.#sentences.add(sentence);
    else this.#omitted++;
  }

  get list(): string[] {
    if (this.#omitted === 0) return [...this.#sentences];
    return [...this.#sentences, `${this.#omitted} more warnings are not listed`];
  }
}
