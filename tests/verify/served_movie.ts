/** Serves one movie, and verifies it against another one. */

import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { verify } from "../../lib/verify/verification.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";

/**
 * Returns what verify finds. The movies are of one size, and their samples at the same offsets.
 *
 * @param change of video renditions
 */
export async function verifyServed(
  served: Uint8Array,
  expected: Uint8Array,
  change: (rendition: MediaRendition) => void = () => {},
) {
  const presentation = await openInputs([{ file: "film.mp4" }], {
    segmentDuration: 1,
    open: () => memorySource(served).source,
  });
  const { source } = memorySource(expected);
  for (const rendition of presentation.renditions.values()) {
    if (rendition.type === "video") change(rendition);
    Object.assign(rendition, { source });
  }
  const { differences } = await verify(presentation);
  presentation.close();
  return differences;
}
