import { assertEquals } from "@std/assert";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import type { SampleTable } from "../../lib/mp4/samples/sample_table.ts";
import { openInputs } from "../open_presentation.ts";
import { getMedia, open, openArchive, recordAsset } from "./recorded_asset.ts";

/** Queries with indices in the order of a test, and what a table returns. */
const QUERIES: Record<string, (table: SampleTable, a: number, b: number) => unknown> = {
  decodeTime: (table, a) => table.decodeTime(a) - table.decodeTime(0),
  nextTime: (table, _, b) => table.decodeTime(b) - table.decodeTime(0),
  indexAt: (table, a) => table.indexAt(table.decodeTime(a)),
  indexBefore: (table, a) => table.indexAt(table.decodeTime(a) - 1),
  findSyncAtOrAfter: (table, a) => table.findSyncAtOrAfter(a),
  findSyncAtOrBefore: (table, a) => table.findSyncAtOrBefore(a),
  bytes: (table, a, b) => table.bytes(a, b),
  description: (table, a) => table.description(a),
  uniformFields: (table, a, b) => table.uniformFields(a, b).durations,
  sizes: (table, a, b) => [...table.readSamples(a, b).sizes],
  durations: (table, a, b) => [...table.scanSamples(a, b).durations],
  flags: (table, a, b) => [...table.readSamplesUncached(a, b).flags],
  bytesBetween: (table, a, b) => [...table.bytesBetween(Float64Array.of(a, a, b))],
};

Deno.test("SegmentTable answers as the table of the file that was recorded", async () => {
  const presentation = await openInputs([{ file: "flash-avc-bframes.mp4" }], {
    segmentDuration: 1,
    open,
  });
  try {
    const archive = openArchive(await recordAsset(presentation), presentation, {
      synchronous: true,
    });
    for (const { name, track: { samples: table } } of getMedia(presentation)) {
      const archived = (archive.renditions.get(name) as MediaRendition).track.samples;
      assertEquals([archived.count, archived.allSync], [table.count, table.allSync]);
      for (let a = 0; a < table.count; a += 3) {
        for (const b of [a + 1, a + 2, a + 40, table.count].filter((b) => b <= table.count)) {
          for (const [query, run] of Object.entries(QUERIES)) {
            assertEquals(run(archived, a, b), run(table, a, b), `${name} ${query} ${a} ${b}`);
          }
        }
      }
    }
  } finally {
    presentation.close();
  }
});
