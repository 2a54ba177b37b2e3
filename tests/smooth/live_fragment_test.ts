import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import { buildBroadcastSmoothManifest } from "../../lib/smooth/live.ts";
import { planBroadcastFragment, planFragmentInfo } from "../../lib/smooth/live_fragment.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { createBroadcast } from "../archive/recorded_broadcast.ts";
import { type Fragment, type SmoothStream, TICKS } from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";
import { growPeriod, ladder, movie, readStreams, SECOND, SEGMENTS } from "./growing_periods.ts";

const VERSION = "v0123456789ab";

/** Plans the fragment of a URL. */
function plan(broadcast: Broadcast, url: string) {
  const match = /\/([^/]+)\/QualityLevels\((\d+)\)\/Fragments\((\w+)=(\d+)\)$/.exec(url)!;
  const [, version, bitrate, stream, time] = match;
  assertEquals(version, VERSION);
  return planBroadcastFragment(broadcast, {
    stream: stream!,
    bitrate: Number(bitrate),
    time: Number(time),
  });
}

async function fetchFragment(broadcast: Broadcast, url: string): Promise<Uint8Array> {
  return await readPlan(plan(broadcast, url), new Uint8Array());
}

const getFragments = (streams: readonly SmoothStream[]): Fragment[] =>
  streams.flatMap(({ levels }) => levels.flatMap(({ fragments }) => fragments));

/** What viewers can get at successive times. */
function* listBroadcasts(): Generator<Broadcast> {
  const first = (end: number, isOver = false) => growPeriod(ladder, { end, isOver });
  for (let end = 1; end <= SEGMENTS; end++) yield createBroadcast([first(end)]);
  for (let end = 1; end <= SEGMENTS; end++) {
    const next = (isOver: boolean) => growPeriod(ladder, { number: 2, start: SECOND, end, isOver });
    const slid = growPeriod(ladder, { first: Math.min(end, SEGMENTS - 1), isOver: true });
    yield createBroadcast([first(SEGMENTS, true), next(false)]);
    yield createBroadcast([slid, next(false)]);
    if (end === SEGMENTS) {
      const over = [first(SEGMENTS, true), next(true)];
      yield createBroadcast(over, { isLive: false });
      yield createBroadcast([slid, next(true)], { isLive: false });
      yield createBroadcast([next(true)], { isLive: false });
    }
  }
}

Deno.test("planBroadcastFragment() plans the same bytes for all time, from when a fragment is listed", async () => {
  const known = new Map<string, Uint8Array>();
  for (const broadcast of listBroadcasts()) {
    const streams = hasManifest(broadcast) ? readStreams(broadcast) : [];
    for (const { url } of getFragments(streams)) {
      const bytes = await fetchFragment(broadcast, url);
      assertEquals(bytes, known.get(url) ?? bytes, url);
      known.set(url, bytes);
    }
  }
  assertEquals(known.size, 3 * 2 * SEGMENTS);
});

function hasManifest(broadcast: Broadcast): boolean {
  try {
    return buildBroadcastSmoothManifest(broadcast) !== "";
  } catch {
    return false;
  }
}

Deno.test("planBroadcastFragment() names the next two fragments, over periods", async () => {
  const periods = [
    growPeriod(ladder, { isOver: true }),
    growPeriod(ladder, { number: 2, start: SECOND, isOver: true }),
  ];
  const over = createBroadcast(periods, { isLive: false });
  const known = new Set<number>();
  for (const { levels } of readStreams(over)) {
    for (const { fragments } of levels) {
      for (const [i, { time, url }] of fragments.entries()) {
        const fragment = readFragment(await fetchFragment(over, url));
        assertEquals(fragment.time, time);
        const next = fragments.slice(i + 1, i + 3).map(({ time }) => time);
        assertEquals(fragment.next!.map(({ time }) => time), next);
        known.add(fragment.sequence);
      }
    }
  }
  assert(known.has(100) && known.has(205), "ordinals of the channel");
});

Deno.test("planBroadcastFragment() finds no fragment before two follow it, and none that never was", () => {
  const over = createBroadcast([growPeriod(ladder, { isOver: true })], { isLive: false });
  const all = readStreams(over);
  for (let end = 1; end <= SEGMENTS; end++) {
    const live = createBroadcast([growPeriod(ladder, { end })]);
    for (const { levels } of all) {
      for (const [i, { url }] of levels[0]!.fragments.entries()) {
        if (i + 2 < end) plan(live, url);
        else assertThrows(() => plan(live, url), RequestError, "Cannot find a fragment of");
      }
    }
  }
  const [{ name: stream, levels: [{ bitrate }] }] = all as unknown as [
    { name: string; levels: [{ bitrate: number }] },
  ];
  const known = { stream, bitrate, time: 2 * TICKS };
  planBroadcastFragment(over, known);
  const unknown = [
    { ...known, stream: "video" },
    { ...known, bitrate: 987 },
    { ...known, time: 2 * TICKS + 1 },
    { ...known, time: -1 },
    { ...known, time: 2 ** 53 - 1 },
  ];
  for (const fragment of unknown) {
    assertThrows(() => planBroadcastFragment(over, fragment), RequestError, "Cannot find");
  }
});

Deno.test("planFragmentInfo() plans the moof of a fragment, at the same time", async () => {
  const live = createBroadcast([growPeriod(ladder)]);
  for (const { name, levels } of readStreams(live)) {
    for (const { fragments: [first], bitrate } of levels) {
      const fragment = { stream: name, bitrate, time: first!.time };
      const info = await readPlan(planFragmentInfo(live, fragment), new Uint8Array());
      const whole = await fetchFragment(live, first!.url);
      assertEquals(info, whole.subarray(0, info.length));
      assertEquals(new DataView(info.buffer, info.byteOffset).getUint32(0), info.length);
      const missing = { ...fragment, time: 10 * TICKS };
      assertThrows(() => planFragmentInfo(live, missing), RequestError);
    }
  }
});

Deno.test("planBroadcastFragment() finds the last fragments of periods that no others follow", async () => {
  const periods = [
    growPeriod(ladder, { isOver: true }),
    growPeriod(movie, { number: 2, start: 20, end: 1 }),
  ];
  const broadcast = createBroadcast(periods);
  for (const { levels } of readStreams(broadcast)) {
    const { fragments } = levels[0]!;
    const counts = await Promise.all(
      fragments.map(async ({ url }) =>
        readFragment(await fetchFragment(broadcast, url)).next!.length
      ),
    );
    assertEquals(counts, [2, 2, 2, 2, 1, 0]);
  }
});

Deno.test("planBroadcastFragment() presents the samples of a period at the time of its fragments", async () => {
  const start = (period: BroadcastPeriod[]) => {
    const broadcast = createBroadcast(period, { isLive: false });
    return readStreams(broadcast).map((stream) => ({ broadcast, stream }));
  };
  const alone = start([growPeriod(ladder, { isOver: true })]);
  const second = start([
    growPeriod(ladder, { isOver: true }),
    growPeriod(ladder, { number: 2, start: SECOND, isOver: true }),
  ]);
  for (const [i, { broadcast, stream }] of alone.entries()) {
    for (const [j, { url, time }] of stream.levels[0]!.fragments.entries()) {
      const one = readFragment(await fetchFragment(broadcast, url));
      const moved = second[i]!.stream.levels[0]!.fragments[SEGMENTS + j]!;
      const other = readFragment(await fetchFragment(second[i]!.broadcast, moved.url));
      assertEquals(other.time, time + SECOND * TICKS);
      assertEquals([other.samples, other.data], [one.samples, one.data]);
    }
  }
});
