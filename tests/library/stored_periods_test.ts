import { assert, assertEquals } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import type { Channel } from "../../lib/library/channel.ts";
import type { BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import { findSegment } from "../../lib/presentation/segment_timeline.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { createChunk } from "../archive/recording.ts";
import { CLEAR } from "../clear_protection.ts";
import { createTracks, EPOCH, RecordedChannel, summarize } from "./channel_recording.ts";

/** Reads a segment of video at a time in seconds; undefined if the period does not have it. */
async function readSegment(
  period: BroadcastPeriod | undefined,
  second: number,
): Promise<string | undefined> {
  const rendition = period?.presentation.renditions.get("feed-video");
  if (rendition?.type !== "video") return undefined;
  const index = findSegment(rendition.timeline, 10 * second);
  if (index < 0) return undefined;
  return (await readPlan(planCmafSegment(rendition, index, CLEAR), new Uint8Array(256))).toHex();
}

const getNewest = (channel: Channel) => channel.views!.listed.periods.at(-1)!;

const readStored = (channel: Channel, version: string, second: number) =>
  channel.readStoredPeriod(version, { rendition: "feed-video", time: 10 * second })
    .then((period) => readSegment(period, second));

Deno.test("readStoredPeriod() finds segments that no manifest lists any more", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  const listed = new Map<string, string>();
  const collect = async () => {
    const channel = await recorded.open();
    const period = getNewest(channel);
    const rendition = period.presentation.renditions.get("feed-video")!;
    if (rendition.type !== "video") return;
    for (const time of rendition.timeline.times.subarray(0, -1)) {
      const bytes = await readSegment(period, time / 10);
      listed.set(`${period.presentation.version} ${time / 10}`, bytes!);
    }
  };
  recorded.begin(0, { isBroadcast: true });
  for (let second = 0; second < 1900; second += 10) {
    recorded.append(second, second + 10);
    await collect();
  }
  recorded.begin(2000, { tracks: await createTracks(["feed-video", "other"]) });
  recorded.append(0, 10);
  await collect();
  recorded.begin(2100);
  recorded.append(0, 10);
  await collect();
  recorded.writer.endBroadcast(EPOCH + 2200e6);
  recorded.begin(2300, { isBroadcast: true });
  recorded.append(0, 10);
  const channel = await recorded.open();
  assertEquals(summarize(channel).length, 1);
  assert(listed.size > 900);
  let i = 0;
  for (const [key, bytes] of listed) {
    if (i++ % 7 !== 0 && i < 940) continue;
    const [version, second] = key.split(" ") as [string, string];
    assertEquals(await readStored(channel, version, Number(second)), bytes, key);
  }
  assert(recorded.storage.openSources <= 64 + 2);
});

Deno.test("readStoredPeriod() has the init segments of periods", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 10);
  const { presentation: { version } } = getNewest(await recorded.open());
  recorded.begin(100);
  recorded.append(0, 60);
  const channel = await recorded.open();
  assertEquals(channel.findPeriod(version), undefined);
  const period = await channel.readStoredPeriod(version);
  const rendition = period?.presentation.renditions.get("feed-audio");
  assert(rendition?.type === "audio");
  assertEquals(rendition.stored!.init, recorded.tracks[1]!.init);
});

Deno.test("readStoredPeriod() finds a period of which one track alone has a segment in the last block", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 600);
  recorded.writer.append(createChunk(0, 600));
  recorded.writer.endPeriod();
  const { presentation: { version } } = getNewest(await recorded.open());
  recorded.begin(1000);
  recorded.append(0, 60);
  const channel = await recorded.open();
  assertEquals(channel.findPeriod(version), undefined);
  assert(await channel.readStoredPeriod(version));
  for (const second of [590, 600]) assert(await readStored(channel, version, second), `${second}`);
});

Deno.test("readStoredPeriod() reads nothing for versions that are made up", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 13_000);
  const channel = await recorded.open();
  const { calls } = recorded.storage;
  calls.length = 0;
  assertEquals(await channel.readStoredPeriod("v000000000000"), undefined);
  const first = calls.length;
  assert(first < 60, `${first} calls for 22 blocks`);
  for (let i = 0; i < 1000; i++) {
    const version = `v${String(i).padStart(12, "0")}`;
    assertEquals(await channel.readStoredPeriod(version, { rendition: "x", time: i }), undefined);
    assertEquals(await channel.readStoredBroadcast(version, i), undefined);
  }
  assertEquals(calls.length, first);
  recorded.append(13_000, 13_900);
  await recorded.open();
  calls.length = 0;
  assertEquals(await channel.readStoredPeriod("v000000000000"), undefined);
  assert(calls.length < 60);
});

Deno.test("readStoredPeriod() reads a few blocks for each time, and remembers them", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60_000);
  const channel = await recorded.open();
  const { presentation: { version } } = getNewest(channel);
  await channel.readStoredPeriod(version);
  const { calls } = recorded.storage;
  calls.length = 0;
  assert(await readStored(channel, version, 30_000));
  assert(calls.length < 40, `${calls.length} calls`);
  const size = channel.size;
  for (let second = 0; second < 60_000; second += 500) {
    assert(await readStored(channel, version, second));
  }
  assert(channel.size < 10 * size + 2 ** 20);
});

Deno.test("readStoredPeriod() finds nothing in blocks that were deleted", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 1900);
  const channel = await recorded.open();
  const { presentation: { version } } = getNewest(channel);
  await channel.readStoredPeriod(version);
  const { archive } = recorded.storage;
  for (const name of archive.list("00000001")) archive.remove(`00000001/${name}`);
  archive.remove("00000001");
  assertEquals(await readStored(channel, version, 10), undefined);
  assert(await readStored(channel, version, 700));
});

Deno.test("readStoredPeriod() finds segments of blocks that grow", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 60);
  for (let second = 60; second < 300; second += 60) {
    const channel = await recorded.open();
    const { presentation: { version } } = getNewest(channel);
    for (let older = 0; older < second - 2; older += 2) {
      assert(await readStored(channel, version, older), `${older} of ${second}`);
    }
    recorded.append(second, second + 60);
  }
});

Deno.test("readStoredBroadcast() finds the periods around a time", async () => {
  using recorded = await RecordedChannel.create({ window: 20 });
  recorded.begin(0, { isBroadcast: true });
  recorded.append(0, 1300);
  const { version } = (await recorded.open()).views!.listed;
  recorded.begin(1310);
  recorded.append(0, 60);
  recorded.begin(1400);
  recorded.append(0, 60);
  const channel = await recorded.open();
  const list = async (second: number) => {
    const found = await channel.readStoredBroadcast(version, second * 1e7);
    return found?.periods.map(({ number, presentation }) => {
      const rendition = presentation.renditions.get("feed-video")!;
      const { times } = (rendition as unknown as { timeline: { times: Float64Array } }).timeline;
      return `${number}: ${times[0]! / 10}-${times.at(-1)! / 10}`;
    });
  };
  assertEquals(await list(700), ["1: 0-1300", "2: 0-60", "3: 0-58"]);
  assertEquals(await list(1250), ["1: 600-1300", "2: 0-60", "3: 0-58"]);
  assertEquals(await list(1320), ["2: 0-60", "3: 0-58"]);
  assertEquals(await channel.readStoredBroadcast("v000000000000", 0), undefined);
});
