import { MediaError } from "../errors.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";

/** As many as a package may list (docs/package-format.md). */
const MAX_TRACKS = 1000;

/** All samples of ten hours in twenty renditions are 40 million. */
const MAX_ALL_SAMPLES = 2 ** 26;

/** Bounds what a presentation is built from: segments of all tracks are found without a pause. */
export class InputLimits {
  #trackCount = 0;
  #sampleCount = 0;
  readonly #counted = new Set<SampleTable>();

  /**
   * Counts a track, and its samples unless another track has the same ones.
   *
   * @throws MediaError `MEDIA_UNSUPPORTED` if the presentation has too many of them
   */
  add(samples?: SampleTable): void {
    this.#trackCount++;
    if (samples && !this.#counted.has(samples)) this.#sampleCount += samples.count;
    if (samples) this.#counted.add(samples);
    if (this.#trackCount > MAX_TRACKS) throw createError(`more than ${MAX_TRACKS} tracks`);
    if (this.#sampleCount > MAX_ALL_SAMPLES) {
      throw createError(
        `${this.#sampleCount} samples of all tracks, expected at most ${MAX_ALL_SAMPLES}`,
      );
    }
  }
}

function createError(what: string): MediaError {
  return new MediaError(`Cannot serve ${what}`, "MEDIA_UNSUPPORTED");
}
