import { MediaError } from "../errors.ts";

/** Units whose headers are read without a pause, in about a second. An hour of 60 frames per second has fewer. */
const MAX_UNITS = 2 ** 20;

/** Counts the NAL units or OBUs of a segment, which can be tiny. */
export class UnitCounter {
  readonly #max: number;
  #count = 0;

  constructor(max = MAX_UNITS) {
    this.#max = max;
  }

  /** @throws MediaError `MEDIA_UNSUPPORTED` if the segment has too many */
  add(): void {
    if (++this.#count <= this.#max) return;
    const reason = `Cannot protect a segment of more than ${this.#max} NAL units or OBUs`;
    throw new MediaError(reason, "MEDIA_UNSUPPORTED");
  }
}
