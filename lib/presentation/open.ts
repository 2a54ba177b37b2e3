/** From a package, or a bare file, to the presentation. */

import type { Package } from "../package/package.ts";
import type { Source } from "../source/source.ts";
import type { Presentation } from "./presentation.ts";

/** Opens a file that a package names, relative to the package. */
export type OpenSource = (file: string) => Source | Promise<Source>;

/** One `-i` of amspackager, or a bare file: all its tracks, or one. */
export interface Input {
  readonly file: string;
  /** ISO 639-2, in place of the file's own. */
  readonly language?: string;
}

/**
 * The presentation of a package.
 *
 * @throws MediaError of the file that is missing, broken or holds no such track; sources opened so far are closed
 */
export function openPackage(pack: Package, open: OpenSource): Promise<Presentation> {
  throw new Error(`not yet ${pack} ${open}`);
}

/**
 * The presentation of files that no package names: every track that AMS knows, named as `amspackager` names them. A
 * file whose name ends in .vtt is text.
 *
 * @param segmentDuration in seconds
 * @throws MediaError as `openPackage`, and when no file holds a track that AMS knows
 */
export function openInputs(
  inputs: readonly Input[],
  segmentDuration: number,
  open: OpenSource,
): Promise<Presentation> {
  throw new Error(`not yet ${inputs} ${segmentDuration} ${open}`);
}

/** The package that says of a presentation what `amspackager` writes. */
export function packageOf(presentation: Presentation): Package {
  throw new Error(`not yet ${presentation}`);
}
