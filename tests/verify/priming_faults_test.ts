/** Audio that starts with other packets than its decoder needs, with one edit and with several: verify must find it. */

import { assert, assertEquals } from "@std/assert";
import { find, findTrack, readTree } from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { type EditRow, setEdits } from "../../testdata/derive/tables.ts";
import { verifyServed } from "./served_movie.ts";

const FILE = Deno.readFileSync("testdata/flash-avc-bframes.mp4");

/** From 1.2 s on; and to 2.2 s, then from 4.2 s to 5.2 s. */
const ONE_EDIT: EditRow[] = [[6000, 57_600]];
const TWO_EDITS: EditRow[] = [[1000, 57_600], [1000, 201_600]];

/** Writes the file with these edits of its audio, and with a sample group `prol` of `distance`, which no segment signals. */
function withPriming(edits: readonly EditRow[], distance: number): Uint8Array {
  const boxes = readTree(FILE);
  const audio = findTrack(boxes, "soun");
  setEdits(boxes, audio, edits);
  const { body } = find(audio.children, "mdia/minf/stbl/sgpd");
  body.set(new TextEncoder().encode("prol"), 4);
  new DataView(body.buffer, body.byteOffset).setInt16(16, distance);
  return writeFile(boxes);
}

for (
  const [edits, formats] of [[ONE_EDIT, ["source"]], [TWO_EDITS, ["CMAF", "MPEG-TS"]]] as const
) {
  const what = `${edits.length} ${edits.length === 1 ? "edit" : "edits"}`;
  Deno.test(`verify() finds no difference in audio of ${what} after four packets of priming`, async () => {
    const file = withPriming(edits, -4);
    assertEquals(await verifyServed(file, file), []);
  });

  for (const distance of [-1, -3, -5]) {
    Deno.test(`verify() finds ${-distance} packets of priming instead of 4 in audio of ${what}`, async () => {
      const found = await verifyServed(withPriming(edits, distance), withPriming(edits, -4));
      assert(formats.every((format) => found.some((finding) => finding.format === format)));
    });
  }
}
