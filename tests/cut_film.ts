/** A film whose edit list has several entries, where B-frames need hidden frames at the joins. */

import { readTree } from "../testdata/derive/boxes.ts";
import { writeFile } from "../testdata/derive/offsets.ts";
import { cutTracks } from "../testdata/derive/tables.ts";
import { memorySource } from "./mp4/movie_file.ts";
import { openInputs, type OpenPresentation } from "./open_presentation.ts";

/** Duration and start of each edit, in seconds. */
const EDITS: [duration: number, start: number][] = [[1.3, 0.1], [0.96, 0.5], [1.7, 0.3], [
  0.8,
  0.7,
]];

/** Opens it with segments of a second. Those with index 0 and 2 end at a join. */
export async function openCutFilm(): Promise<OpenPresentation> {
  const boxes = readTree(Deno.readFileSync("testdata/flash-avc-bframes.mp4"));
  cutTracks(boxes, EDITS);
  const { source } = memorySource(writeFile(boxes));
  return await openInputs([{ file: "film.mp4" }], { segmentDuration: 1, open: () => source });
}
