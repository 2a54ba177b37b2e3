/** The index of a package contains empty samples and the sync samples that were found, so that neither is searched again. */

import { assert, assertEquals, assertLess } from "@std/assert";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { formatPackage, parsePackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import type { Source } from "../../lib/storage/source.ts";
import { box, concat, fullBox, moov, stbl, table, trak, u32 } from "../mp4/movie_file.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import { sampleDescriptions } from "../robustness/synthetic_movie.ts";

/** Enough that their sizes exceed a moov that is read as a whole. */
const FRAMES = 80_000;
const SIZE = 16;
const GOP = 50;

/** NAL units: a length, then an IDR slice, or the start of a P slice. */
const KEY_FRAME = [0, 0, 0, 12, 0x65, 0x88, 0x84];
const FRAME = [0, 0, 0, 12, 0x41, 0b1001_1000];

const isEmpty = (index: number) => index % 1000 === 7;

/** Video of which no sample is flagged, or all are, with 80 empty samples. */
function build(stss: Uint8Array[]): { source: Source; mediaReads: () => number } {
  const sizes = Array.from({ length: FRAMES }, (_, i) => isEmpty(i) ? 0 : SIZE);
  const media = (start: number) =>
    moov(trak({
      timescale: 25,
      tables: stbl({
        stsd: sampleDescriptions({ like: "test-avc-frontmoov.mp4" }),
        stsz: fullBox("stsz", 0, 0, u32(0, FRAMES), u32(...sizes)),
        stts: table("stts", [FRAMES, 1]),
        stsc: table("stsc", [1, FRAMES, 1]),
        stco: table("stco", [start]),
        stss,
      }),
    }));
  const start = media(0).length + 8;
  const frames = sizes.flatMap((size, i) => {
    const bytes = i % GOP === 0 ? KEY_FRAME : FRAME;
    return size > 0 ? [...bytes, ...Array(SIZE - bytes.length).fill(0)] : [];
  });
  const file = concat(media(start), box("mdat", Uint8Array.from(frames)));
  let reads = 0;
  const source: Source = {
    name: "film.mp4",
    size: file.length,
    synchronous: true,
    read(offset, into) {
      if (offset >= start) reads++;
      into.set(file.subarray(offset, offset + into.length));
    },
    close: () => {},
  };
  return { source, mediaReads: () => reads };
}

for (const [what, stss] of [["all", []], ["no", [table("stss")]]] as const) {
  Deno.test(`openPackage() does not search video of which ${what} samples are flagged`, async () => {
    const { source, mediaReads } = build([...stss]);
    const open = () => source;
    const plain = await openInputs([{ file: "film.mp4" }], { segmentDuration: 4, open });
    assert(mediaReads() > FRAMES / 2);
    const before = mediaReads();
    const text = formatPackage(toPackage(plain));
    const packaged = await openPackage(parsePackage(text), open);
    assertLess(mediaReads() - before, 100);
    assertEquals(buildMpd(packaged), buildMpd(plain));
    const [a, b] = [plain, packaged].map((presentation) => {
      const [rendition] = presentation.renditions.values();
      assert(rendition?.type === "video");
      const { samples } = rendition.track;
      return [samples.count, samples.readSamples(0, 120), samples.findSyncAtOrBefore(30_000)];
    });
    assertEquals(a, b);
    assertEquals([a![0], a![2]], [FRAMES - FRAMES / 1000, 29_970]);
  });
}
