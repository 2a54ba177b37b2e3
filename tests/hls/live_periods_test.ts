import { assertEquals } from "@std/assert";
import { ac3 } from "../../lib/codecs/ac3.ts";
import { haveIndependentSegments, selectPeriods } from "../../lib/hls/live_periods.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { buildSwitchingSets } from "../../lib/presentation/switching_sets.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import {
  createBroadcast,
  createPeriod,
  recordPresentation,
} from "../archive/recorded_broadcast.ts";

const ladder = await recordPresentation("ladder-avc-240p.mp4", "ladder-aac-eng.mp4");
const [video] = ladder.renditions.keys() as Iterable<string> as [string];

/** AC-3 is packed audio, and muxes none. */
function withAc3(presentation: Presentation): Presentation {
  const renditions = getMedia(presentation).map((one): MediaRendition =>
    one.type === "audio" ? { ...one, codec: ac3, track: { ...one.track, entries: [] } } : one
  );
  const sets = buildSwitchingSets(renditions);
  return { ...presentation, sets, renditions: new Map(renditions.map((one) => [one.name, one])) };
}

Deno.test("selectPeriods() ends with the newest periods that one playlist can list", () => {
  const broadcast = createBroadcast(
    [ladder, withAc3(ladder), ladder, ladder].map((presentation, i) =>
      createPeriod(presentation, { number: i + 1, start: 20 * i })
    ),
  );
  const select = (format: "fmp4" | "ts", count: number) =>
    selectPeriods({ periods: broadcast.periods.slice(0, count) }, format)
      .map(({ number }) => number);
  assertEquals(select("fmp4", 4), [1, 2, 3, 4]);
  assertEquals(select("ts", 4), [3, 4]);
  assertEquals(select("ts", 2), [2]);
  assertEquals(select("ts", 1), [1]);
});

Deno.test("haveIndependentSegments() is true where all segments start with a key frame", () => {
  const period = createPeriod(ladder);
  assertEquals(haveIndependentSegments([period, period], video), true);
  const rendition = ladder.renditions.get(video) as MediaRendition;
  const { keyFrames, ...timeline } = rendition.timeline;
  for (const changed of [undefined, keyFrames!.with(3, 0)]) {
    const other = { ...rendition, timeline: { ...timeline, ...changed && { keyFrames: changed } } };
    const presentation = { ...ladder, renditions: new Map([[video, other]]) };
    assertEquals(haveIndependentSegments([period, createPeriod(presentation)], video), false);
  }
});

Deno.test("haveIndependentSegments() is false for an open GOP", async () => {
  const open = await recordPresentation("test-hevc-opengop.mp4");
  const [name] = open.renditions.keys() as Iterable<string> as [string];
  assertEquals(haveIndependentSegments([createPeriod(open)], name), false);
});
