/** Movies whose edit list is served wrongly, as a whole and in each format: verify must find it. */

import { assert, assertEquals } from "@std/assert";
import { findTrack, readTree } from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { setEdits } from "../../testdata/derive/tables.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { verifyServed } from "./served_movie.ts";

/** Duration in ms, and media time in ticks of the track; -1: empty. */
type Edits = [duration: number, mediaTime: number][];

const FILE = Deno.readFileSync("testdata/flash-avc-bframes.mp4");

/** Ticks of the video track in a second. */
const SECOND = 12_800;
/** Presentation time 0 without cuts. */
const ZERO = 1024;

const [FIRST, EMPTY, SECOND_EDIT, BACK]: Edits = [
  [1000, ZERO + 0.52 * SECOND],
  [500, -1],
  [800, ZERO + 3.28 * SECOND],
  [700, ZERO],
];

const EDITS: Edits = [FIRST!, EMPTY!, SECOND_EDIT!, BACK!];

function withEdits(edits: Edits): Uint8Array {
  const boxes = readTree(FILE);
  setEdits(boxes, findTrack(boxes, "vide"), edits);
  return writeFile(boxes);
}

/** Serves one edit list, and verifies another one of as many entries, so that samples are at the same offsets. */
async function findServed(served: Edits): Promise<readonly string[]> {
  assertEquals(served.length, EDITS.length);
  const differences = await verifyServed(withEdits(served), withEdits(EDITS));
  return [...new Set(differences.map(({ format }) => format))];
}

Deno.test("verify() finds no difference in a movie whose edit list is followed", async () => {
  assertEquals(await findServed(EDITS), []);
});

const faults: [what: string, served: Edits][] = [
  ["an edit that is left out", [FIRST!, EMPTY!, [0, ZERO], BACK!]],
  ["edits in another order", [SECOND_EDIT!, EMPTY!, FIRST!, BACK!]],
  ["an empty edit that is ignored", [FIRST!, [0, -1], SECOND_EDIT!, BACK!]],
  ["an edit that is longer by a frame of the cut", [
    [1040, FIRST![1]],
    EMPTY!,
    SECOND_EDIT!,
    BACK!,
  ]],
  ["an edit that starts a frame late", [
    FIRST!,
    EMPTY!,
    [800, SECOND_EDIT![1] + SECOND / 25],
    BACK!,
  ]],
  ["drift of a millisecond for each edit", [[1001, FIRST![1]], [501, -1], [801, SECOND_EDIT![1]], [
    701,
    BACK![1],
  ]]],
  ["the first edit played to the end", [[0, -1], [0, -1], [0, -1], [0, FIRST![1]]]],
];

for (const [what, served] of faults) {
  Deno.test(`verify() finds ${what} in each format`, async () => {
    const formats = await findServed(served);
    for (const format of ["CMAF", "MPEG-TS", "Smooth"]) {
      assert(formats.includes(format as never), `${format} is not among ${formats}`);
    }
  });
}

/** Lists sync samples that are in no edit. */
function uncover({ track: { samples } }: MediaRendition): void {
  Object.defineProperty(samples, "covered", { value: new Float64Array() });
}

Deno.test("verify() finds key frames of a cut in playlists", async () => {
  const file = withEdits(EDITS);
  const formats = new Set((await verifyServed(file, file, uncover)).map(({ format }) => format));
  assertEquals(formats, new Set(["HLS playlists", "HLS playlists, MPEG-TS"] as const));
});
