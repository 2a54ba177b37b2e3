/** A clip of 20 edits, in which audio would drift by 0.2 s if an edit added to the error of the one before. */

import { join } from "@std/path";
import { readTree } from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { cutTracks } from "../../testdata/derive/tables.ts";
import { TESTDATA } from "./ams.ts";

export const TWENTY_EDITS = "flash-avc-twentyedits.mp4";

const SOURCE = "flash-avc-bframes.mp4";

/** In seconds: neither whole frames nor whole packets. */
const SHORT = 0.137;
const SHORT_COUNT = 19;

/** The last edit starts here in the source, which has a flash and a beep at each second. */
const LAST_START = 3.53;
const LAST = 2.6;

/** Of the flashes in the last edit, in seconds. */
export const FLASHES: readonly number[] = [4, 5, 6]
  .map((time) => SHORT_COUNT * SHORT + time - LAST_START);

/** All edits together, in seconds. */
export const TWENTY_EDITS_DURATION = SHORT_COUNT * SHORT + LAST;

/** Writes the clip into a directory. */
export async function writeTwentyEdits(directory: string): Promise<void> {
  const boxes = readTree(await Deno.readFile(join(TESTDATA, SOURCE)));
  const cuts = Array.from(
    { length: SHORT_COUNT },
    (_, i): [number, number] => [SHORT, 0.1 + (i * 0.731) % 7],
  );
  cutTracks(boxes, [...cuts, [LAST, LAST_START]]);
  await Deno.writeFile(join(directory, TWENTY_EDITS), writeFile(boxes));
}
