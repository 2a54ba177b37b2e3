import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import type { Broadcast } from "../../lib/presentation/broadcast.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import { selectBroadcast } from "../../lib/selection/select_broadcast.ts";
import { list, recordPeriod, toPeriod } from "../server/channel_fixture.ts";

const RECORDED = await recordPeriod();
const NAMES = [...RECORDED.renditions.keys()];

const BROADCAST: Broadcast = {
  version: "v000000000001",
  epoch: 0,
  targetDuration: 2,
  isLive: true,
  updatedAt: 0,
  periods: [list(RECORDED, 2, 4), RECORDED].map((presentation, i) => {
    const period = toPeriod(presentation);
    const sequences = new Map(
      NAMES.map((name) => [name, { ...period.sequences.get(name)!, listedBandwidth: 1000 - i }]),
    );
    return { ...period, number: i + 1, sequences };
  }),
};

function select(filter: string, mediaQuery = "") {
  const query = { filter: parseFilter(filter), mediaQuery, playlistQuery: mediaQuery };
  return selectBroadcast(BROADCAST, query).periods
    .map(({ presentation: { renditions } }) => [...renditions.keys()]);
}

Deno.test("selectBroadcast() selects the same renditions of all periods", () => {
  const video = [NAMES.find((name) => RECORDED.renditions.get(name)!.type === "video")!];
  assertEquals(select('type=="video"'), [video, video]);
});

Deno.test("selectBroadcast() compares bandwidths that do not change in a broadcast", () => {
  assertEquals(select("systemBitrate==999"), [NAMES, NAMES]);
  assertThrows(() => select("systemBitrate==1000"), RequestError, "Cannot select a rendition");
});

Deno.test("selectBroadcast() passes queries on, and shares what it does not change", () => {
  const query = { mediaQuery: "?a=1", playlistQuery: "?a=1" };
  const { periods: [first, second] } = selectBroadcast(BROADCAST, query);
  assertEquals(first!.presentation.selection?.mediaQuery, "?a=1");
  assertEquals(second!.presentation.selection?.start.ticks, 0);
  assertEquals(
    [...first!.presentation.renditions.values()].map((rendition) => rendition),
    [...BROADCAST.periods[0]!.presentation.renditions.values()],
  );
});

for (const clip of [{ start: 0 }, { end: 3 }]) {
  Deno.test(`selectBroadcast() rejects clips: ${Object.keys(clip)}`, () => {
    const query = { ...clip, mediaQuery: "", playlistQuery: "" };
    assertThrows(() => selectBroadcast(BROADCAST, query), RequestError, "channels have no clips");
  });
}
