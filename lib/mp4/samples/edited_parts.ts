/** Which samples of a file an edit list with several entries presents, and when (docs/design/timing.md). */

import { binarySearchLessOrEqual } from "../../binary_search.ts";

/** The samples of one edit. */
export interface EditedPart {
  /** Samples `[first, end)` of the table of the file. */
  readonly first: number;
  readonly end: number;
  /** Composition time in the file that is presented at `time`. */
  readonly start: number;
  /** In ticks of the timescale of the file × `factor`. */
  readonly time: number;
  /** Sample of the file: of those before it, only `first` counts as a sync sample. */
  readonly syncFrom: number;
}

/** Samples of all parts, in order, and their times in ticks of the timescale of the file × `factor`. */
export interface EditedSamples {
  readonly factor: number;
  readonly parts: readonly EditedPart[];
  /** Ascending indices of samples, counted through all parts, that have other times than those of the file. */
  readonly moved: Float64Array;
  readonly movedDecodeTimes: Float64Array;
  readonly movedPresentationTimes: Float64Array;
  /** Ascending indices of samples that only decoding needs, all among `moved`. */
  readonly hidden: Float64Array;
  /** Ascending indices of samples that are never on screen: `hidden` without those that are when their edit starts. */
  readonly covered: Float64Array;
  /** End of the last sample. */
  readonly decodeEnd: number;
}

/** Samples `[first, end)` that are in one part. */
export interface EditedPiece {
  readonly part: EditedPart;
  readonly first: number;
  readonly end: number;
  /** Sample of the file that is `first`. */
  readonly from: number;
}

/** Finds the part of a sample, and its index in the file. Samples are counted through all parts. */
export class EditedParts {
  readonly count: number;
  readonly #parts: readonly EditedPart[];
  /** First sample of each part, and the count. */
  readonly #starts: Float64Array;

  constructor(parts: readonly EditedPart[]) {
    this.#parts = parts;
    this.#starts = new Float64Array(parts.length + 1);
    parts.forEach(({ first, end }, i) => {
      this.#starts[i + 1] = this.#starts[i]! + end - first;
    });
    this.count = this.#starts.at(-1)!;
  }

  /** Returns the first sample of a part, or the count. */
  start(part: number): number {
    return this.#starts[part]!;
  }

  find(index: number): number {
    return Math.min(binarySearchLessOrEqual(this.#starts, index), this.#parts.length - 1);
  }

  toFile(index: number): number {
    const i = this.find(index);
    return this.#parts[i]!.first + index - this.#starts[i]!;
  }

  /** Returns the samples of `[first, end)` that are in the part of `first`. */
  getPiece(first: number, end: number): EditedPiece {
    const i = this.find(first);
    const part = this.#parts[i]!;
    const from = part.first + first - this.#starts[i]!;
    return { part, first, end: Math.min(end, this.#starts[i + 1]!), from };
  }

  *pieces(first: number, end: number): Generator<EditedPiece> {
    for (let at = first; at < end;) {
      const piece = this.getPiece(at, end);
      yield piece;
      at = piece.end;
    }
  }
}
