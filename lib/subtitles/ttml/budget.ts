import { MediaError } from "../../errors.ts";

/** A short document may repeat its text often. */
const INITIAL_CHARACTERS = 2 ** 17;

const REPETITIONS = 32;

const MAX_CHARACTERS = 2 ** 24;

/**
 * Limits the text of all cues. WebVTT repeats a paragraph each time that one of its spans appears or disappears, so that it may
 * grow with the square of the document.
 */
export class CueTextBudget {
  #granted = INITIAL_CHARACTERS;
  #left = INITIAL_CHARACTERS;

  /** @param length characters of a document */
  grant(length: number): void {
    const granted = Math.min(REPETITIONS * length, MAX_CHARACTERS - this.#granted);
    this.#granted += granted;
    this.#left += granted;
  }

  /** @throws MediaError if nothing is left */
  spend(characters: number): void {
    this.#left -= characters;
    if (this.#left < 0) {
      throw new MediaError(
        `Cannot read TTML: its cues repeat more than ${this.#granted} characters, since its spans change too often`,
        "MEDIA_UNSUPPORTED",
      );
    }
  }
}
