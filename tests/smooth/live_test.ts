import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import type { Broadcast, BroadcastPeriod } from "../../lib/presentation/broadcast.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import { select } from "../../lib/selection/select.ts";
import { buildBroadcastSmoothManifest, planBroadcastFragment } from "../../lib/smooth/live.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import {
  createBroadcast,
  createPeriod,
  recordPresentation,
  selectSegments,
} from "../archive/recorded_broadcast.ts";
import { type Fragment, readManifest, type SmoothStream, TICKS } from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";

/** Six segments of 2 s. */
const ladder = await recordPresentation(
  "ladder-avc-240p.mp4",
  "ladder-avc-360p.mp4",
  "ladder-aac-eng.mp4",
);
const movie = await recordPresentation("ladder-avc-720p.mp4", "ladder-aac-eng.mp4");

const SEGMENTS = 6;

const URL_BASE = "http://ams/live/news.json/Manifest";

const BITRATES = [400_000, 800_000, 64_000];

interface Grown {
  readonly number?: number;
  readonly start?: number;
  readonly first?: number;
  readonly end?: number;
  readonly isOver?: boolean;
}

/** A period with some of its segments, whose ordinals do not depend on the window. */
function grow(presentation: Presentation, { first = 0, end = SEGMENTS, ...rest }: Grown = {}) {
  const period = createPeriod(selectSegments(presentation, { first, end }), rest);
  const sequences = new Map(
    Array.from(period.sequences, ([name, sequence]) => {
      const { firstOrdinal } = sequence;
      const listedBandwidth = BITRATES[firstOrdinal % 100]!;
      return [name, { ...sequence, firstOrdinal: firstOrdinal + first, listedBandwidth }];
    }),
  );
  return { ...period, sequences };
}

function listStreams(broadcast: Broadcast): readonly SmoothStream[] {
  return readManifest(buildBroadcastSmoothManifest(broadcast), URL_BASE).streams;
}

function getAttributes(text: string): Record<string, string> {
  const [tag] = text.match(/<SmoothStreamingMedia[^>]*>/)!;
  return Object.fromEntries(
    [...tag.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

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

const times = ({ levels }: SmoothStream) => levels[0]!.fragments.map(({ time }) => time);

Deno.test("buildBroadcastSmoothManifest() declares a live broadcast", () => {
  const broadcast = createBroadcast([grow(ladder)], { window: 60 });
  assertEquals(getAttributes(buildBroadcastSmoothManifest(broadcast)), {
    MajorVersion: "2",
    MinorVersion: "2",
    TimeScale: "10000000",
    Duration: "0",
    IsLive: "TRUE",
    DVRWindowLength: "600000000",
    LookaheadCount: "2",
    LookAheadFragmentCount: "2",
  });
  const streams = listStreams(broadcast);
  assertEquals(streams.map(({ type, name }) => `${type} ${name}`), [
    "video video_und",
    "audio audio_eng",
  ]);
  assertEquals(streams.flatMap(({ levels }) => levels.map(({ bitrate }) => bitrate)), BITRATES);
});

Deno.test("buildBroadcastSmoothManifest() has no DVRWindowLength where viewers can go back to the start", () => {
  const attributes = getAttributes(buildBroadcastSmoothManifest(createBroadcast([grow(ladder)])));
  assertEquals(attributes["DVRWindowLength"], undefined);
});

Deno.test("buildBroadcastSmoothManifest() lists a fragment when two more exist", () => {
  for (let end = 3; end <= SEGMENTS; end++) {
    const counts = listStreams(createBroadcast([grow(ladder, { end })])).map((stream) =>
      times(stream).length
    );
    assertEquals(counts, [end - 2, end - 2]);
  }
  for (const end of [1, 2]) {
    const broadcast = createBroadcast([grow(ladder, { end })]);
    assertThrows(() => buildBroadcastSmoothManifest(broadcast), RequestError, "two");
  }
});

Deno.test("buildBroadcastSmoothManifest() of a broadcast that is over lists all fragments", () => {
  const broadcast = createBroadcast([grow(ladder, { isOver: true })], { isLive: false, window: 4 });
  const { Duration, ...rest } = getAttributes(buildBroadcastSmoothManifest(broadcast));
  const { ticks, timescale } = ladder.duration;
  assertEquals(Number(Duration), Math.round(ticks / timescale * TICKS));
  assertEquals(Object.keys(rest), ["MajorVersion", "MinorVersion", "TimeScale"]);
  const streams = listStreams(broadcast);
  assertEquals(streams.map((stream) => times(stream).length), [SEGMENTS, SEGMENTS]);
  for (const end of [1, 2]) {
    const short = createBroadcast([grow(ladder, { end, isOver: true })], { isLive: false });
    assertEquals(listStreams(short).map((stream) => times(stream).length), [end, end]);
  }
});

Deno.test("buildBroadcastSmoothManifest() lists what all levels of a stream have", () => {
  const [first, second] = ladder.renditions.keys();
  const period = createPeriod(selectSegments(ladder, { first: 0, end: 4 }, [first!]));
  const [video, audio] = listStreams(createBroadcast([period]));
  assertEquals([times(video!).length, times(audio!).length], [2, 4]);
  const later = createPeriod(selectSegments(ladder, { first: 2, end: 6 }, [second!]));
  assertEquals(
    times(listStreams(createBroadcast([later]))[0]!),
    [2 * 2, 3 * 2].map((s) => s * TICKS),
  );
});

Deno.test("buildBroadcastSmoothManifest() waits for a stream, but not for ever", () => {
  const audio = [...ladder.renditions.keys()].at(-1)!;
  const videos = [...ladder.renditions.keys()].slice(0, -1);
  const stalled = (end: number) => {
    const slow = selectSegments(ladder, { first: 0, end: 2 }, [audio]);
    return createBroadcast([createPeriod(selectSegments(slow, { first: 0, end }, videos))]);
  };
  assertThrows(() => buildBroadcastSmoothManifest(stalled(4)), RequestError);
  assertEquals(listStreams(stalled(5)).map(({ type }) => type), ["video"]);
});

/** Starts of a period in seconds, not a multiple of anything. */
const SECOND = 13.456789;

Deno.test("buildBroadcastSmoothManifest() goes on over periods of equal configuration, in ticks since the epoch", () => {
  const periods = [
    grow(ladder, { isOver: true }),
    grow(ladder, { number: 2, start: SECOND, end: 3 }),
  ];
  const [video, audio] = listStreams(createBroadcast(periods));
  const starts = [0, 2, 4, 6, 8, 10].map((second) => second * TICKS);
  assertEquals(times(video!), [...starts, SECOND * TICKS]);
  assertEquals(times(audio!).length, 7);
  assertEquals(times(audio!)[6], SECOND * TICKS);
  const over = createBroadcast(periods, { isLive: false });
  const [, , , , , last, next] = listStreams(over)[0]!.levels[0]!.fragments;
  assertEquals(last!.time + last!.duration, next!.time, "no gap in the sum of durations");
});

Deno.test("buildBroadcastSmoothManifest() counts fragments of the next period as those that follow", () => {
  for (const [end, expected] of [[1, 5], [2, 6], [3, 7]] as const) {
    const periods = [
      grow(ladder, { isOver: true }),
      grow(ladder, { number: 2, start: SECOND, end }),
    ];
    const counts = listStreams(createBroadcast(periods)).map((stream) => times(stream).length);
    assertEquals(counts, [expected, expected]);
  }
});

Deno.test("buildBroadcastSmoothManifest() has no fragments that overlap, after the clock was set back", () => {
  const periods = [
    grow(ladder, { isOver: true }),
    grow(ladder, { number: 2, start: 9.5 }),
  ];
  for (const isLive of [true, false]) {
    for (const stream of listStreams(createBroadcast(periods, { isLive }))) {
      const [{ fragments }] = stream.levels as [SmoothStream["levels"][number]];
      for (const [i, { time, duration }] of fragments.entries()) {
        const next = fragments[i + 1]?.time ?? Infinity;
        assert(duration > 0 && time + duration <= next, `${stream.name} ${time}`);
      }
      assert(times(stream).includes(9.5 * TICKS));
    }
  }
});

Deno.test("buildBroadcastSmoothManifest() lists the newest periods of another configuration once they have fragments", () => {
  const before = grow(ladder, { isOver: true });
  const list = (end: number, isLive = true) => {
    const next = grow(movie, { number: 2, start: SECOND, end });
    return listStreams(createBroadcast([before, next], { isLive }));
  };
  assertEquals(
    times(list(2)[0]!).length,
    SEGMENTS,
    "all of the first period, which nothing follows",
  );
  assertEquals(times(list(3)[0]!), [SECOND * TICKS]);
  assertEquals(times(list(1, false)[0]!), [SECOND * TICKS]);
});

Deno.test("buildBroadcastSmoothManifest() forwards a query to media, and lists what a filter leaves", () => {
  const query = {
    filter: parseFilter(`type=="audio"`),
    mediaQuery: "?t=a&b",
    playlistQuery: "?t=a&b",
  };
  const period = grow(ladder);
  const selected = { ...period, presentation: select(period.presentation, query) };
  const text = buildBroadcastSmoothManifest(createBroadcast([selected]));
  const [audio, ...others] = readManifest(text, URL_BASE).streams;
  assertEquals(others, []);
  assert(audio!.attributes["Url"]!.endsWith("={start time})?t=a&b"));
});

/** What viewers can get at successive times. */
function* listBroadcasts(): Generator<Broadcast> {
  const first = (end: number, isOver = false) => grow(ladder, { end, isOver });
  for (let end = 1; end <= SEGMENTS; end++) yield createBroadcast([first(end)]);
  for (let end = 1; end <= SEGMENTS; end++) {
    const next = (isOver: boolean) => grow(ladder, { number: 2, start: SECOND, end, isOver });
    const slid = grow(ladder, { first: Math.min(end, SEGMENTS - 1), isOver: true });
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
    const streams = hasManifest(broadcast) ? listStreams(broadcast) : [];
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
    grow(ladder, { isOver: true }),
    grow(ladder, { number: 2, start: SECOND, isOver: true }),
  ];
  const over = createBroadcast(periods, { isLive: false });
  const known = new Set<number>();
  for (const { levels } of listStreams(over)) {
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
  const over = createBroadcast([grow(ladder, { isOver: true })], { isLive: false });
  const all = listStreams(over);
  for (let end = 1; end <= SEGMENTS; end++) {
    const live = createBroadcast([grow(ladder, { end })]);
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

Deno.test("planBroadcastFragment() finds the last fragments of periods that no others follow", async () => {
  const periods = [grow(ladder, { isOver: true }), grow(movie, { number: 2, start: 20, end: 1 })];
  const broadcast = createBroadcast(periods);
  for (const { levels } of listStreams(broadcast)) {
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
    return listStreams(broadcast).map((stream) => ({ broadcast, stream }));
  };
  const alone = start([grow(ladder, { isOver: true })]);
  const second = start([
    grow(ladder, { isOver: true }),
    grow(ladder, { number: 2, start: SECOND, isOver: true }),
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
