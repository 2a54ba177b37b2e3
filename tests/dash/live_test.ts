import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { SegmentStart } from "../../lib/presentation/segment_timeline.ts";
import { select } from "../../lib/selection/select.ts";
import { getMedia } from "../archive/recorded_asset.ts";
import {
  createBroadcast,
  createPeriod,
  recordPresentation,
  selectSegments,
} from "../archive/recorded_broadcast.ts";

/** Six segments of 2 s. */
const LADDER = ["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-aac-eng.mp4"];

const ladder = await recordPresentation(...LADDER);
const movie = await recordPresentation("test-avc-frontmoov.mp4");

const tag = (text: string, name: string) =>
  text.match(new RegExp(`<${name}[ >][^>]*>?`, "g")) ?? [];

const attributes = (element: string): Record<string, string> =>
  Object.fromEntries(
    [...element.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );

const root = (text: string) => {
  const { xmlns: _, ...rest } = attributes(tag(text, "MPD")[0]!);
  return rest;
};

Deno.test("buildBroadcastMpd() declares a live broadcast as dynamic, on the clock of its epoch", () => {
  const text = buildBroadcastMpd(createBroadcast([createPeriod(ladder)], { window: 60 }));
  assertEquals(root(text), {
    profiles: "urn:mpeg:dash:profile:isoff-live:2011",
    type: "dynamic",
    availabilityStartTime: "2026-11-30T00:53:20.123456Z",
    publishTime: "2026-11-30T00:53:32.469134Z",
    minimumUpdatePeriod: "PT1S",
    timeShiftBufferDepth: "PT60S",
    suggestedPresentationDelay: "PT6S",
    minBufferTime: root(text)["minBufferTime"]!,
  });
  assertEquals(tag(text, "Period"), [`<Period id="p1" start="PT0S">`]);
  assertMatch(
    text,
    /<\/Period>\s*<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="time"\/>/,
  );
});

Deno.test("buildBroadcastMpd() has no timeShiftBufferDepth where viewers can go back to the start", () => {
  assertNotMatch(buildBroadcastMpd(createBroadcast([createPeriod(movie)])), /timeShiftBufferDepth/);
});

const updatePeriods: [targetDuration: number, period: string, delay: string][] = [
  [1, "PT1S", "PT3S"],
  [4, "PT2S", "PT12S"],
  [7, "PT3.5S", "PT21S"],
];

for (const [targetDuration, period, delay] of updatePeriods) {
  Deno.test(`buildBroadcastMpd() of segments of ${targetDuration} s is requested again after ${period}`, () => {
    const { minimumUpdatePeriod, suggestedPresentationDelay } = root(
      buildBroadcastMpd(createBroadcast([createPeriod(movie)], { targetDuration })),
    );
    assertEquals([minimumUpdatePeriod, suggestedPresentationDelay], [period, delay]);
  });
}

Deno.test("buildBroadcastMpd() has startWithSAP only of a broadcast that is over", () => {
  const live = buildBroadcastMpd(
    createBroadcast([createPeriod(movie, { isOver: true }), createPeriod(movie, { start: 20 })]),
  );
  assertNotMatch(live, /startWithSAP/);
  assertMatch(live, /segmentAlignment="true"/);
  const over = createBroadcast([createPeriod(movie, { isOver: true })], { isLive: false });
  assertMatch(buildBroadcastMpd(over), /segmentAlignment="true" startWithSAP="1"/);
});

Deno.test("buildBroadcastMpd() has no startWithSAP where a segment starts without a key frame", () => {
  const describe = (...keyFrames: number[]) => {
    const change = (rendition: MediaRendition): MediaRendition => ({
      ...rendition,
      openGop: true,
      timeline: { ...rendition.timeline, keyFrames: Uint8Array.from(keyFrames) },
    });
    const renditions = new Map(getMedia(movie).map((it) => [it.name, change(it)]));
    const sets = movie.sets.map((set) => ({
      ...set,
      renditions: set.renditions.map(({ name }) => renditions.get(name)!),
    }));
    const period = createPeriod({ ...movie, renditions, sets }, { isOver: true });
    const text = buildBroadcastMpd(createBroadcast([period], { isLive: false }));
    return attributes(tag(text, "AdaptationSet")[0]!)["startWithSAP"];
  };
  const { KEY_FRAME, OPEN_GOP, OTHER } = SegmentStart;
  assertEquals(describe(KEY_FRAME, OPEN_GOP), "3");
  assertEquals(describe(KEY_FRAME, OPEN_GOP, OTHER), undefined);
});

Deno.test("buildBroadcastMpd() declares periods to the microsecond, each to the next, and the last one without an end", () => {
  const periods = [
    createPeriod(movie, { number: 7, isOver: true }),
    createPeriod(movie, { number: 8, start: 12.345678, isOver: true }), // some media is missing before it
    createPeriod(movie, { number: 9, start: 13, isOver: true }), // the clock was set back
    createPeriod(movie, { number: 10, start: 100.5 }),
  ];
  assertEquals(tag(buildBroadcastMpd(createBroadcast(periods)), "Period"), [
    `<Period id="p7" start="PT0S" duration="PT12.345678S">`,
    `<Period id="p8" start="PT12.345678S" duration="PT0.654322S">`,
    `<Period id="p9" start="PT13S" duration="PT87.5S">`,
    `<Period id="p10" start="PT100.5S">`,
  ]);
});

Deno.test("buildBroadcastMpd() declares the last duration of a broadcast that is over by the MPD where its start is gone", () => {
  const list = (...starts: number[]) => {
    const periods = starts.map((start, i) =>
      createPeriod(movie, { number: 1 + i, start, isOver: true })
    );
    const text = buildBroadcastMpd(createBroadcast(periods, { isLive: false }));
    return [...tag(text, "MPD"), ...tag(text, "Period")].map(attributes)
      .map(({ duration, mediaPresentationDuration }) => duration ?? mediaPresentationDuration);
  };
  const [one] = list(0);
  const add = (seconds: number) => `PT${seconds + parseFloat(one!.slice(2))}S`;
  assertEquals(list(0), [one, one]);
  assertEquals(list(50), [add(50), one]);
  assertEquals(list(0, 50), [add(50), "PT50S", one]);
  assertEquals(list(50, 100), [add(100), "PT50S", undefined]);
});

Deno.test("buildBroadcastMpd() of a broadcast that is over is static, with all times as they were", () => {
  const periods = [
    createPeriod(ladder, { number: 3, isOver: true }),
    createPeriod(ladder, { number: 4, start: 20, isOver: true }),
  ];
  const live = buildBroadcastMpd(createBroadcast(periods, { window: 60 }));
  const over = buildBroadcastMpd(createBroadcast(periods, { isLive: false }));
  const { type, mediaPresentationDuration, ...rest } = root(over);
  assertEquals(type, "static");
  assertMatch(mediaPresentationDuration!, /^PT3[12]\.?\d*S$/);
  assertEquals(Object.keys(rest).sort(), [
    "availabilityStartTime",
    "minBufferTime",
    "profiles",
    "publishTime",
  ]);
  assertNotMatch(over, /UTCTiming/);
  const timing = (text: string) => [
    ...tag(text, "S"),
    ...tag(text, "SegmentTemplate"),
    ...tag(text, "Representation"),
    ...tag(text, "Period").map((period) => attributes(period)["start"]),
  ];
  assertEquals(timing(over), timing(live));
});

Deno.test("buildBroadcastMpd() lists a segment of the window at the time that it had before", () => {
  const slid = selectSegments(ladder, { first: 2, end: 4 });
  const [first] = tag(buildBroadcastMpd(createBroadcast([createPeriod(slid)])), "S");
  const [video] = getMedia(slid);
  assert(video?.type === "video");
  assertEquals(attributes(first!)["t"], String(video.timeline.times[0]));
  assert(video.timeline.times[0]! > 0);
});

Deno.test("buildBroadcastMpd() declares alignment though one rendition has a segment more", () => {
  const aligned = (presentation: Presentation) => {
    const text = buildBroadcastMpd(createBroadcast([createPeriod(presentation)]));
    return attributes(tag(text, "AdaptationSet")[0]!)["segmentAlignment"];
  };
  const [first, second] = ladder.renditions.keys();
  assertEquals(aligned(ladder), "true");
  assertEquals(aligned(selectSegments(ladder, { first: 0, end: 4 }, [first!])), "true");
  assertEquals(aligned(selectSegments(ladder, { first: 1, end: 6 }, [second!])), "true");
});

Deno.test("buildBroadcastMpd() gives a set the same ID whatever the order of the tracks", () => {
  const reversed: Presentation = {
    ...ladder,
    sets: ladder.sets.toReversed(),
    renditions: new Map([...ladder.renditions].toReversed()),
  };
  const periods = [
    createPeriod(ladder, { isOver: true }),
    createPeriod(reversed, { number: 2, start: 20 }),
  ];
  const text = buildBroadcastMpd(createBroadcast(periods));
  const ids = text.split("</Period>").slice(0, 2).map((period) =>
    tag(period, "AdaptationSet").map(attributes).map(({ id, contentType }) =>
      `${contentType} ${id}`
    )
  );
  assertEquals(ids[0]!.toSorted(), ids[1]!.toSorted());
  assertEquals(new Set(ids[0]).size, 2);
});

Deno.test("buildBroadcastMpd() formats a period that is over once, until the broadcast is over", () => {
  const period = createPeriod(movie, { isOver: true });
  const changed = { ...period, presentation: { ...period.presentation, sets: [] } };
  for (const isLive of [true, false]) {
    const text = buildBroadcastMpd(createBroadcast([period], { isLive }));
    assertEquals(/startWithSAP/.test(text), !isLive);
    const again = buildBroadcastMpd(createBroadcast([changed], { isLive }));
    assertEquals(again, text); // of what was derived before
  }
});

Deno.test("buildBroadcastMpd() forwards a query to media and to the clock", () => {
  const query = { mediaQuery: "?token=a&b=$", playlistQuery: "?token=a&b=$" };
  const period = createPeriod(select({ ...ladder, isLive: true }, query));
  const text = buildBroadcastMpd(createBroadcast([period]));
  assertMatch(text, /UTCTiming [^>]*value="time\?token=a&amp;b=\$"/);
  assertMatch(text, /media="[^"]*\$Time\$\.m4s\?token=a&amp;b=\$\$"/);
});
