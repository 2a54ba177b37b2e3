/** Compares what protocols make of an archive with what they make of the file that was recorded. */

import { assert, assertEquals } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { withPages } from "../../lib/mp4/samples/pages.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { CLEAR } from "../clear_protection.ts";
import { openInputs } from "../open_presentation.ts";
import { getMedia, open, openArchive, recordAsset } from "./recorded_asset.ts";

const FILES = ["flash-avc-bframes.mp4", "flash-avc-audioprimed.mp4", "frag-avcaac-interleaved.mp4"];

for (const file of FILES) {
  for (const synchronous of [true, false]) {
    Deno.test(`buildArchivedTrack() gives the segments of ${file}${synchronous ? "" : " on a slow storage"}`, async () => {
      const presentation = await openInputs([{ file }], { segmentDuration: 1, open });
      try {
        const files = await recordAsset(presentation);
        const archive = openArchive(files, presentation, { synchronous });
        for (const rendition of getMedia(presentation)) {
          await compare(presentation, rendition, archive);
        }
      } finally {
        presentation.close();
      }
    });
  }
}

async function compare(
  presentation: Presentation,
  rendition: MediaRendition,
  archive: Presentation,
): Promise<void> {
  const archived = archive.renditions.get(rendition.name) as MediaRendition;
  for (const column of ["times", "samples", "decodeTimes"] as const) {
    assertEquals(archived.timeline[column], rendition.timeline[column], column);
  }
  const count = rendition.timeline.bytes.length;
  assert(count > 1);
  for (let index = 0; index < count; index++) {
    const { stored: _, ...sampled } = archived;
    const plan = await withPages(() => planCmafSegment(sampled, index, CLEAR));
    const expected = planCmafSegment(rendition, index, CLEAR);
    assertEquals(await read(plan), await read(expected), `${rendition.name} ${index}`);
    const stored = await read(planCmafSegment(archived, index, CLEAR));
    assertEquals(getMediaData(stored), getMediaData(await read(expected)));
    if (rendition.type !== "video") continue;
    const options = { index, protection: CLEAR };
    const ts = await withPages(() => planTsSegment(archive, archived, options));
    assertEquals(await read(ts), await read(planTsSegment(presentation, rendition, options)), "TS");
  }
}

async function read(plan: Parameters<typeof readPlan>[0]): Promise<string> {
  return (await readPlan(plan, new Uint8Array(2 ** 16))).toHex();
}

/** Returns the bytes of all mdat boxes. */
function getMediaData(hex: string): string {
  const data: string[] = [];
  readBoxes(new ByteReader(Uint8Array.fromHex(hex)), { mdat: (r) => data.push(r.bytes.toHex()) });
  return data.join("");
}
