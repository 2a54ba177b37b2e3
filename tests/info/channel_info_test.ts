import { Ajv2020 } from "ajv/2020";
import { assert, assertEquals } from "@std/assert";
import published from "../../lib/info/info.schema.json" with { type: "json" };
import { buildChannelInfo, type DescribedChannel } from "../../lib/info/channel_info.ts";
import { createChannel } from "./described_channel.ts";

const validate = new Ajv2020().compile(published);

// deno-lint-ignore no-explicit-any -- parsed JSON
function describe(channel: DescribedChannel): any {
  const value = JSON.parse(buildChannelInfo(channel));
  assert(validate(value), JSON.stringify(validate.errors));
  return value;
}

Deno.test("buildChannelInfo() describes a channel of which nothing can be played", () => {
  for (const state of ["waiting", "live"] as const) {
    const file = "news.json";
    const info = describe({ file, label: undefined, state, publishers: [], views: undefined });
    assertEquals(info, { file, live: { state, publishers: [], periods: [] } });
  }
});

Deno.test("buildChannelInfo() states edge, window and periods in UTC", async () => {
  const { live } = describe(await createChannel("live"));
  const [first, second] = live.periods;
  assertEquals(live, {
    state: "live",
    label: "News",
    publishers: ["main", "backup"],
    edge: "2026-11-30T00:54:32.123Z",
    window: { start: "2026-11-30T00:53:24.123Z", seconds: 3600 },
    periods: [first, second],
  });
  assertEquals(second, {
    number: 2,
    version: "v000000000002",
    start: "2026-11-30T00:54:20.123Z",
    reason: "hole",
    publishers: ["main"],
  });
  assertEquals([first.start, first.end], ["2026-11-30T00:53:20.123Z", "2026-11-30T00:53:32.123Z"]);
});

Deno.test("buildChannelInfo() describes the newest period, and reads no samples", async () => {
  const info = describe(await createChannel("over"));
  assertEquals([info.version, info.live.periods[1].end], [
    "v000000000002",
    "2026-11-30T00:54:32.123Z",
  ]);
  assertEquals(info.renditions.map(({ keyFrames }: { keyFrames?: number[] }) => keyFrames), [
    undefined,
    undefined,
  ]);
});
