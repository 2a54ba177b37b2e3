import { readBytes, type Source } from "../storage/source.ts";
import type { TopLevelBox } from "./top_level.ts";

/** In bytes. No init segment has more, and only init segments are repeated within a movie. */
const MAX_COMPARED_SIZE = 2 ** 20;

/**
 * Finds where a file goes on with a second movie, as the output of `cat` does. The same moov may come again within one movie, since
 * downloaders write an init segment again after an interruption; only the times of the fragments after it tell.
 */
export class FileParts {
  #fileType = 0;
  #first: TopLevelBox | undefined;
  #second: TopLevelBox | undefined;
  /** True if a moov other than the first was found: what follows is not described by the first. */
  hasOtherMoov = false;

  addFileType(offset: number): void {
    if (!this.#second) this.#fileType = offset;
  }

  /**
   * Returns true for a moov after the first.
   *
   * @throws MediaError of the source
   */
  async addMoov(box: TopLevelBox, source: Source): Promise<boolean> {
    this.#first ??= box;
    if (box === this.#first) return false;
    this.#second ??= box;
    this.hasOtherMoov ||= !await isEqual(this.#first, box, source);
    return true;
  }

  get hasSecondMoov(): boolean {
    return this.#second !== undefined;
  }

  /** True if the second moov belongs to a file of its own. */
  get startsFile(): boolean {
    return this.#first !== undefined && this.#fileType > this.#first.offset;
  }

  /** First byte of the second movie. */
  get secondStart(): number {
    return this.startsFile ? this.#fileType : this.#second?.offset ?? 0;
  }
}

async function isEqual(a: TopLevelBox, b: TopLevelBox, source: Source): Promise<boolean> {
  if (a.size !== b.size || a.size > MAX_COMPARED_SIZE) return false;
  const first = await readBytes(source, a.offset, a.size);
  const second = await readBytes(source, b.offset, b.size);
  return first.every((byte, i) => byte === second[i]);
}
