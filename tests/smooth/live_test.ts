import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import { select } from "../../lib/selection/select.ts";
import { buildBroadcastSmoothManifest } from "../../lib/smooth/live.ts";
import { createBroadcast, createPeriod, selectSegments } from "../archive/recorded_broadcast.ts";
import { readManifest, type SmoothStream, TICKS } from "../smooth.ts";
import {
  BITRATES,
  getTimes,
  growPeriod,
  ladder,
  movie,
  readStreams,
  SECOND,
  SEGMENTS,
  URL_BASE,
} from "./growing_periods.ts";

function getAttributes(text: string): Record<string, string> {
  const [tag] = text.match(/<SmoothStreamingMedia[^>]*>/)!;
  return Object.fromEntries(
    [...tag.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

Deno.test("buildBroadcastSmoothManifest() declares a live broadcast", () => {
  const broadcast = createBroadcast([growPeriod(ladder)], { window: 60 });
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
  const streams = readStreams(broadcast);
  assertEquals(streams.map(({ type, name }) => `${type} ${name}`), [
    "video video_und",
    "audio audio_eng",
  ]);
  assertEquals(streams.flatMap(({ levels }) => levels.map(({ bitrate }) => bitrate)), BITRATES);
});

Deno.test("buildBroadcastSmoothManifest() has no DVRWindowLength where viewers can go back to the start", () => {
  const attributes = getAttributes(
    buildBroadcastSmoothManifest(createBroadcast([growPeriod(ladder)])),
  );
  assertEquals(attributes["DVRWindowLength"], undefined);
});

Deno.test("buildBroadcastSmoothManifest() lists a fragment when two more exist", () => {
  for (let end = 3; end <= SEGMENTS; end++) {
    const counts = readStreams(createBroadcast([growPeriod(ladder, { end })])).map((stream) =>
      getTimes(stream).length
    );
    assertEquals(counts, [end - 2, end - 2]);
  }
  for (const end of [1, 2]) {
    const broadcast = createBroadcast([growPeriod(ladder, { end })]);
    assertThrows(() => buildBroadcastSmoothManifest(broadcast), RequestError, "two");
  }
});

Deno.test("buildBroadcastSmoothManifest() of a broadcast that is over lists all fragments", () => {
  const broadcast = createBroadcast([growPeriod(ladder, { isOver: true })], {
    isLive: false,
    window: 4,
  });
  const { Duration, ...rest } = getAttributes(buildBroadcastSmoothManifest(broadcast));
  const { ticks, timescale } = ladder.duration;
  assertEquals(Number(Duration), Math.round(ticks / timescale * TICKS));
  assertEquals(Object.keys(rest), ["MajorVersion", "MinorVersion", "TimeScale"]);
  const streams = readStreams(broadcast);
  assertEquals(streams.map((stream) => getTimes(stream).length), [SEGMENTS, SEGMENTS]);
  for (const end of [1, 2]) {
    const short = createBroadcast([growPeriod(ladder, { end, isOver: true })], { isLive: false });
    assertEquals(readStreams(short).map((stream) => getTimes(stream).length), [end, end]);
  }
});

Deno.test("buildBroadcastSmoothManifest() lists what all levels of a stream have", () => {
  const [first, second] = ladder.renditions.keys();
  const period = createPeriod(selectSegments(ladder, { first: 0, end: 4 }, [first!]));
  const [video, audio] = readStreams(createBroadcast([period]));
  assertEquals([getTimes(video!).length, getTimes(audio!).length], [2, 4]);
  const later = createPeriod(selectSegments(ladder, { first: 2, end: 6 }, [second!]));
  assertEquals(
    getTimes(readStreams(createBroadcast([later]))[0]!),
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
  assertEquals(readStreams(stalled(5)).map(({ type }) => type), ["video"]);
});

Deno.test("buildBroadcastSmoothManifest() goes on over periods of equal configuration, in ticks since the epoch", () => {
  const periods = [
    growPeriod(ladder, { isOver: true }),
    growPeriod(ladder, { number: 2, start: SECOND, end: 3 }),
  ];
  const [video, audio] = readStreams(createBroadcast(periods));
  const starts = [0, 2, 4, 6, 8, 10].map((second) => second * TICKS);
  assertEquals(getTimes(video!), [...starts, SECOND * TICKS]);
  assertEquals(getTimes(audio!).length, 7);
  assertEquals(getTimes(audio!)[6], SECOND * TICKS);
  const over = createBroadcast(periods, { isLive: false });
  const [, , , , , last, next] = readStreams(over)[0]!.levels[0]!.fragments;
  assertEquals(last!.time + last!.duration, next!.time, "no gap in the sum of durations");
});

Deno.test("buildBroadcastSmoothManifest() counts fragments of the next period as those that follow", () => {
  for (const [end, expected] of [[1, 5], [2, 6], [3, 7]] as const) {
    const periods = [
      growPeriod(ladder, { isOver: true }),
      growPeriod(ladder, { number: 2, start: SECOND, end }),
    ];
    const counts = readStreams(createBroadcast(periods)).map((stream) => getTimes(stream).length);
    assertEquals(counts, [expected, expected]);
  }
});

Deno.test("buildBroadcastSmoothManifest() has no fragments that overlap, after the clock was set back", () => {
  const periods = [
    growPeriod(ladder, { isOver: true }),
    growPeriod(ladder, { number: 2, start: 9.5 }),
  ];
  for (const isLive of [true, false]) {
    for (const stream of readStreams(createBroadcast(periods, { isLive }))) {
      const [{ fragments }] = stream.levels as [SmoothStream["levels"][number]];
      for (const [i, { time, duration }] of fragments.entries()) {
        const next = fragments[i + 1]?.time ?? Infinity;
        assert(duration > 0 && time + duration <= next, `${stream.name} ${time}`);
      }
      assert(getTimes(stream).includes(9.5 * TICKS));
    }
  }
});

Deno.test("buildBroadcastSmoothManifest() lists the newest periods of another configuration once they have fragments", () => {
  const before = growPeriod(ladder, { isOver: true });
  const list = (end: number, isLive = true) => {
    const next = growPeriod(movie, { number: 2, start: SECOND, end });
    return readStreams(createBroadcast([before, next], { isLive }));
  };
  assertEquals(
    getTimes(list(2)[0]!).length,
    SEGMENTS,
    "all of the first period, which nothing follows",
  );
  assertEquals(getTimes(list(3)[0]!), [SECOND * TICKS]);
  assertEquals(getTimes(list(1, false)[0]!), [SECOND * TICKS]);
});

Deno.test("buildBroadcastSmoothManifest() forwards a query to media, and lists what a filter leaves", () => {
  const query = {
    filter: parseFilter(`type=="audio"`),
    mediaQuery: "?t=a&b",
    playlistQuery: "?t=a&b",
  };
  const period = growPeriod(ladder);
  const selected = { ...period, presentation: select(period.presentation, query) };
  const text = buildBroadcastSmoothManifest(createBroadcast([selected]));
  const [audio, ...others] = readManifest(text, URL_BASE).streams;
  assertEquals(others, []);
  assert(audio!.attributes["Url"]!.endsWith("={start time})?t=a&b"));
});

Deno.test("buildBroadcastSmoothManifest() lists no times that are not exact", () => {
  const later = (start: number) => growPeriod(ladder, { number: 2, start });
  const list = (start: number) => {
    const periods = [growPeriod(ladder, { isOver: true }), later(start)];
    return readStreams(createBroadcast(periods)).map((stream) => getTimes(stream).at(-1)! / TICKS);
  };
  assertEquals(list(8e8).map(Math.floor), [8e8 + 6, 8e8 + 6]);
  assertEquals(list(1e9).map(Math.floor), [6, 6]);
});
