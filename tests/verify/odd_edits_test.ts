/** verify and the segments agree on edit lists of odd values, as random ones found them. */

import { assertEquals } from "@std/assert";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { verify } from "../../lib/verify/verification.ts";
import {
  type Box,
  createBox,
  find,
  findAll,
  findTrack,
  readTree,
} from "../../testdata/derive/boxes.ts";
import { writeFile } from "../../testdata/derive/offsets.ts";
import { type EditRow, patchU32, setEdits } from "../../testdata/derive/tables.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { declareProtection, getSeededKeys } from "../protected_presentations.ts";

const TIMESCALE_AT = 12;

interface OddEdits {
  readonly file: string;
  readonly movieTimescale: number;
  /** By handler type: durations in the movie timescale, and media times. */
  readonly edits: Readonly<Record<string, EditRow[]>>;
  /** Of the first rendition. */
  readonly samples: number;
}

const cases: Record<string, OddEdits> = {
  "an edit shorter than the samples that it hides": {
    ...{ file: "frag-avc-delaymoov.mp4", movieTimescale: 48000, samples: 136 },
    edits: { vide: [[10, 18238], [0, 27379]] },
  },
  "an edit that presents no frame, and one of half a tick": {
    ...{ file: "frag-avc-delaymoov.mp4", movieTimescale: 48000, samples: 136 },
    edits: { vide: [[100, 18238], [1, 18238], [0, 27379]] },
  },
  "a single frame of each edit, before a still stretch": {
    ...{ file: "pair-avc-still.mp4", movieTimescale: 1000, samples: 31 },
    edits: { vide: [[1701, 813387], [1, 508664]] },
  },
  "ends close to that of the track, in ticks of a coarse timescale": {
    ...{ file: "test-avc-fields.mp4", movieTimescale: 29, samples: 3 },
    edits: { vide: [[1, 1078], [1, 9729]] },
  },
  "a first edit that ends before the centre of its packet": {
    ...{ file: "frag-aac-dash.mp4", movieTimescale: 1000, samples: 187 },
    edits: { soun: [[1, 251002], [500, 100_000]] },
  },
  "frames of many durations": {
    ...{ file: "test-avc-manyslices.mp4", movieTimescale: 1001, samples: 11 },
    edits: { vide: [[137, 135], [34, 756], [19, 362], [0, 1416]] },
  },
  "a key frame that is shown longer than a segment": {
    ...{ file: "frag-avc-trex.mp4", movieTimescale: 1001, samples: 598 },
    edits: {
      vide: [
        ...[[1996, 6333], [1520, 38294], [759, 80323], [19043, 90030], [262, 51023]],
        ...[[1416, 73130], [45, -1], [546, 60608], [1152, 10247], [845, 45283], [1428, 10723]],
        ...[[1992, 13738], [0, 32548]],
      ] as EditRow[],
    },
  },
  "an edit that starts in the second sample entry of video": {
    ...{ file: "test-avc-twoentries.mp4", movieTimescale: 1000, samples: 100 },
    edits: { vide: [[0, 104_326]] },
  },
  "an edit that starts in the second sample entry of audio": {
    ...{ file: "tone-aac-twoentries.mp4", movieTimescale: 1000, samples: 93 },
    edits: { soun: [[0, 197_264]] },
  },
  "a last edit that is shorter than a frame": {
    ...{ file: "test-avc-onekey.mp4", movieTimescale: 1000, samples: 277 },
    edits: { vide: [[1, 71_691], [1, 70_890]] },
  },
  "late audio, and video that starts after its end": {
    ...{ file: "frag-avcaac-latestart.mp4", movieTimescale: 1000, samples: 283 },
    edits: { vide: [[0, 2 ** 30]] },
  },
};

function createEdts(): Box {
  return createBox("edts", new Uint8Array(), [createBox("elst", new Uint8Array())]);
}

Deno.test("verify() finds no difference in protected edits without a key frame", async () => {
  const boxes = readTree(Deno.readFileSync("testdata/flash-avc-bframes.mp4"));
  setEdits(boxes, findTrack(boxes, "vide"), [[700, 96_305], [30, 48_740]]);
  const { source } = memorySource(writeFile(boxes), "film.mp4");
  const options = { segmentDuration: 4, open: () => source };
  const clear = await openInputs([{ file: "film.mp4" }], options);
  const protection = { scheme: "cenc" } as const;
  const pack = { ...toPackage(clear), protection: declareProtection(protection) };
  clear.close();
  const keys = { file: "film.json", getKeys: getSeededKeys(protection), servesKeys: false };
  const presentation = await openPackage(pack, () => source, keys);
  const { differences, rows } = await verify(presentation);
  presentation.close();
  assertEquals(differences, []);
  assertEquals(rows.find(({ location }) => location.format === "CMAF key frames")?.samples, 0);
});

for (const [what, { file, movieTimescale, edits, samples }] of Object.entries(cases)) {
  Deno.test(`verify() finds no difference in ${what}`, async () => {
    const boxes = readTree(Deno.readFileSync(`testdata/${file}`));
    patchU32(find(boxes, "moov/mvhd"), TIMESCALE_AT, movieTimescale);
    for (const [handler, rows] of Object.entries(edits)) {
      const trak = findTrack(boxes, handler);
      if (findAll(trak.children, "edts").length === 0) trak.children.push(createEdts());
      setEdits(boxes, trak, rows);
    }
    const { source } = memorySource(writeFile(boxes));
    const presentation = await openInputs([{ file: "film.mp4" }], {
      segmentDuration: 4,
      open: () => source,
    });
    const { differences, rows } = await verify(presentation);
    presentation.close();
    assertEquals(differences, []);
    assertEquals(rows[0]!.samples, samples);
  });
}
