/** verify and the segments agree on edit lists that nobody wrote: each computes them in its own way. */

import { assertEquals } from "@std/assert";
import { readMovie } from "../../lib/mp4/read_movie.ts";
import { verify } from "../../lib/verify/verification.ts";
import { findTrack, readTree } from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { setEdits } from "../../testdata/derive/tables.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";

/** B-frames, open GOPs, frames of different lengths, negative offsets, and still stretches. */
const FILES = [
  "pair-avc-aac.mp4",
  "test-avc-opengop.mp4",
  "test-avc-vfr.mp4",
  "test-avc-negativects.mp4",
  "test-hevc-opengop.mp4",
  "pair-avc-still.mp4",
];

const LISTS_PER_FILE = 4;

type Edits = [duration: number, mediaTime: number][];

/** Returns numbers of [0, 1), the same ones for the same seed (a linear congruential generator). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

/**
 * Returns 2 to 6 edits, of which some are empty, short, or continue the one before. Durations are in ms.
 *
 * @param end of the track, in ticks
 */
function drawEdits(random: () => number, { timescale, end }: { timescale: number; end: number }) {
  const edits: Edits = [];
  const count = 2 + Math.floor(5 * random());
  while (edits.length < count) {
    const duration = 1 + Math.floor(random() * (random() < 0.3 ? 100 : 1500));
    const [lastDuration, lastTime] = edits.at(-1) ?? [0, -1];
    const kind = random();
    if (kind < 0.2) edits.push([duration, -1]);
    else if (kind < 0.3 && lastTime >= 0) {
      edits.push([duration, lastTime + Math.round(lastDuration * timescale / 1000)]);
    } else edits.push([duration, Math.floor(random() * end)]);
  }
  return edits;
}

for (const file of FILES) {
  Deno.test(`verify() finds no difference in random edits of ${file}`, async () => {
    const bytes = Deno.readFileSync(`testdata/${file}`);
    const { tracks } = await readMovie(memorySource(bytes).source);
    for (let seed = 1; seed <= LISTS_PER_FILE; seed++) {
      const random = createRandom(seed);
      const boxes = readTree(bytes);
      const lists = tracks.map(({ handler, timescale, samples }) => {
        const edits = drawEdits(random, { timescale, end: samples.decodeTime(samples.count) });
        setEdits(boxes, findTrack(boxes, handler), edits);
        return edits;
      });
      const { source } = memorySource(writeFile(boxes));
      const options = { segmentDuration: 1 + seed, open: () => source };
      const presentation = await openInputs([{ file: "film.mp4" }], options);
      assertEquals((await verify(presentation)).differences, [], JSON.stringify(lists));
      presentation.close();
    }
  });
}
