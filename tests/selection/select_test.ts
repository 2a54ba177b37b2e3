import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { computeKeyFrameBandwidths } from "../../lib/hls/key_frame_bandwidth.ts";
import { parseFilter } from "../../lib/selection/filter.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import {
  checkForwardedQuery,
  getClipStart,
  getFirstSegment,
  getMediaQuery,
  getPlaylistQuery,
  getWholePresentation,
  getWholeRendition,
  select,
} from "../../lib/selection/select.ts";
import { buildSmoothStreams } from "../../lib/smooth/streams.ts";
import { computeTsBandwidths } from "../../lib/hls/mpegts_bandwidth.ts";
import { getMuxedAudio } from "../../lib/hls/mpegts_support.ts";
import { LONG_VIDEO, openLongMovie } from "../long_movie.ts";
import { openSample, openTestPackage, withSample } from "../sample_presentations.ts";

const LADDER = "three bitrates with two languages, subtitles and thumbnails";

interface Query {
  readonly filter?: string;
  readonly start?: number;
  readonly end?: number;
}

function selectFrom(whole: Presentation, { filter, ...clip }: Query): Presentation {
  return select(whole, {
    ...clip,
    ...filter === undefined ? {} : { filter: parseFilter(filter) },
    mediaQuery: "?token=1",
    playlistQuery: "?filter=x&token=1",
  });
}

function seconds({ duration: { ticks, timescale } }: Presentation): number {
  return ticks / timescale;
}

Deno.test("select() preserves names, sets, bandwidths and the version", () =>
  withSample(LADDER, (whole) => {
    const part = selectFrom(whole, { filter: 'type=="video"&&MaxHeight>300||type=="text"' });
    assertEquals(part.version, whole.version);
    assertEquals(part.sets.map(({ type, renditions }) => [type, renditions.length]), [
      ["video", 2],
      ["text", 1],
      ["text", 1],
    ]);
    for (const [name, rendition] of part.renditions) {
      assertStrictEquals(rendition, whole.renditions.get(name));
    }
    assertEquals(part.targetDuration, whole.targetDuration);
    assertEquals([getMediaQuery(part), getPlaylistQuery(part)], ["?token=1", "?filter=x&token=1"]);
    assertEquals([getMediaQuery(whole), getPlaylistQuery(whole)], ["", ""]);
    assertStrictEquals(getWholePresentation(part), whole);
  }));

Deno.test("select() clips every rendition without copying", () =>
  withSample(LADDER, (whole) => {
    const part = selectFrom(whole, { start: 5.5, end: 9.5 });
    assertEquals(part.renditions.size, whole.renditions.size);
    assertEquals([seconds(part), getClipStart(part, 90000), getClipStart(whole, 90000)], [
      6,
      360000,
      0,
    ]);
    for (const [name, rendition] of part.renditions) {
      const all = getWholeRendition(part, rendition);
      assertStrictEquals(all, whole.renditions.get(name));
      assertEquals(getFirstSegment(part, rendition), 2);
      const [times, allTimes] = [rendition, all].map((one) =>
        one.type === "text" ? one.times : one.timeline.times
      );
      assertEquals([...times!], [...allTimes!].slice(2, 6));
      assertStrictEquals(times!.buffer, allTimes!.buffer);
      if (rendition.type === "text" || all.type === "text") continue;
      assertEquals([...rendition.timeline.samples], [...all.timeline.samples].slice(2, 6));
      assertEquals(
        [...rendition.timeline.firstSampleTimes],
        [...all.timeline.firstSampleTimes].slice(2, 5),
      );
    }
  }));

const durations: [query: Query, seconds: number][] = [
  [{}, 12],
  [{ start: 4 }, 8],
  [{ end: 4 }, 4],
  [{ start: 4, end: 10, filter: 'type=="video"' }, 6],
  [{ start: 4, end: 10, filter: 'type=="text"' }, 6],
];

for (const [query, expected] of durations) {
  Deno.test(`select() has a duration of ${expected} s for ${JSON.stringify(query)}`, () =>
    withSample(LADDER, (whole) => {
      const actual = seconds(selectFrom(whole, query));
      assert(Math.abs(actual - expected) < 0.03, `${actual}`);
    }));
}

Deno.test("select() resolves the clip independently of the filter", () =>
  withSample("video at 29.97 Hz, audio at 44.1 kHz", (whole) => {
    const clip = { start: 2.5, end: 3.5 };
    const [all, audio] = [{}, { filter: 'type=="audio"' }].map((filter) =>
      selectFrom(whole, { ...filter, ...clip })
    );
    assertEquals(all!.selection!.start, { ticks: 60060, timescale: 30000 });
    assertEquals(audio!.selection!.start, all!.selection!.start);
    const name = [...audio!.renditions.keys()][0]!;
    assertEquals(all!.renditions.get(name), audio!.renditions.get(name));
  }));

const empty: Query[] = [
  { filter: 'systemLanguage=="deu"' },
  { filter: 'type=="video"&&type=="audio"' },
  { filter: "MaxHeight>10000", start: 4 },
];

for (const query of empty) {
  Deno.test(`select() rejects ${JSON.stringify(query)}, which selects nothing`, () =>
    withSample(LADDER, (whole) => {
      const error = assertThrows(
        () => selectFrom(whole, query),
        RequestError,
        "Cannot select a rendition: the filter excludes all of them",
      );
      assertEquals(error.code, "BAD_REQUEST");
    }));
}

Deno.test("select() leaves out a rendition without segments in the clip", async () => {
  const whole = await openTestPackage([
    { file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "und", name: "long" },
    { file: "tone-aac-mono.m4a", track: 1, type: "audio", language: "eng", name: "short" },
  ]);
  try {
    const { timing } = whole.renditions.get("short") as MediaRendition;
    const end = timing.decodeTime(timing.end) / timing.timescale;
    assert(seconds(whole) > end + 2.5);
    assertEquals([...selectFrom(whole, { start: end + 2.1 }).renditions.keys()], ["long"]);
    assertEquals([...selectFrom(whole, { start: end - 0.5 }).renditions.keys()], ["long", "short"]);
    assertThrows(
      () => selectFrom(whole, { start: end + 2.1, filter: 'type=="audio"' }),
      RequestError,
      "Cannot select a rendition: the filter and the clip exclude all of them",
    );
  } finally {
    whole.close();
  }
});

Deno.test("select() recomputes whether a set is aligned", () =>
  withSample("open GOPs in one of two videos", (whole) => {
    const again = selectFrom(whole, { filter: 'FourCC=="AVC1"' });
    assert(again.sets.every(({ aligned }) => aligned));
  }));

const PROTOCOLS = [
  ["DASH", buildMpd],
  ["HLS", (presentation: Presentation) => buildMultivariantPlaylist(presentation, "fmp4")],
  ["HLS in MPEG-TS", (presentation: Presentation) => buildMultivariantPlaylist(presentation, "ts")],
  ["Smooth Streaming", buildSmoothManifest],
] as const;

for (const [protocol, build] of PROTOCOLS) {
  Deno.test(`select() of everything does not change the manifest of ${protocol}`, () =>
    withSample(LADDER, (whole) => {
      const all = select(whole, { mediaQuery: "", playlistQuery: "" });
      assertEquals(build(all), build(whole));
    }));
}

Deno.test("getMuxedAudio() of a selection is that of the whole presentation, since URLs are the same", () =>
  withSample("one video and one audio", (whole) => {
    const video = selectFrom(whole, { filter: 'type=="video"' });
    assertStrictEquals(getMuxedAudio(video), getMuxedAudio(whole));
    const [, codecs] = /CODECS="([^"]*)"/.exec(buildMultivariantPlaylist(video, "ts"))!;
    assertEquals(codecs!.split(",").length, 2);
    const audio = buildMultivariantPlaylist(selectFrom(whole, { filter: 'type=="audio"' }), "ts");
    assertEquals(/CODECS="([^"]*)"/.exec(audio)![1], "mp4a.40.2");
  }));

Deno.test("getMuxedAudio() is undefined for a selection of one of two audio tracks", () =>
  withSample(LADDER, (whole) => {
    const part = selectFrom(whole, { filter: 'type=="video"||systemLanguage=="fra"' });
    assertEquals(getMuxedAudio(part), undefined);
    assert(buildMultivariantPlaylist(part, "ts").includes("TYPE=AUDIO"));
  }));

for (const query of [{ filter: 'type=="video"' }, { start: 4 }, { start: 4, end: 6 }]) {
  Deno.test(`select() preserves bandwidths: ${JSON.stringify(query)}`, async () => {
    const [fresh, whole] = [
      await openSample("one video and one audio"),
      await openSample("one video and one audio"),
    ];
    try {
      const part = selectFrom(whole, query);
      const [left, right] = [new DerivedValues(part), new DerivedValues(fresh)];
      for (const rendition of part.renditions.values()) {
        const { name } = rendition;
        const expected = fresh.renditions.get(name) as MediaRendition;
        const actual = rendition as MediaRendition;
        assertEquals(left.get(computeTsBandwidths, name), right.get(computeTsBandwidths, name));
        assertEquals(actual.bandwidth, expected.bandwidth);
        if (actual.type !== "video") continue;
        assertEquals(
          left.get(computeKeyFrameBandwidths, name),
          right.get(computeKeyFrameBandwidths, name),
        );
      }
    } finally {
      [fresh, whole].forEach((presentation) => presentation.close());
    }
  });
}

Deno.test("checkForwardedQuery() limits the size of playlists", async () => {
  const long = await openLongMovie(LONG_VIDEO);
  const [rendition] = long.renditions.values();
  const forward = (length: number) =>
    select(long, { mediaQuery: "x".repeat(length), playlistQuery: "" });
  checkForwardedQuery(forward(400), rendition!);
  checkForwardedQuery(long, rendition!);
  assertThrows(
    () => checkForwardedQuery(forward(500), rendition!),
    RequestError,
    `Cannot forward a query of 500 characters to 17983 URLs, expected at most 8388608`,
  );
  long.close();
});

Deno.test("buildSmoothStreams() of a selection have the names of the whole presentation", async () => {
  const audio = { file: "ladder-aac-eng.mp4", track: 1, type: "audio", language: "eng" } as const;
  const whole = await openTestPackage([
    { file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "eng", name: "one" },
    { ...{ file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "eng" }, name: "two" },
    { ...audio, name: "main" },
    { ...audio, name: "commentary", label: "Commentary" },
  ]);
  try {
    const [video, , commentary] = buildSmoothStreams(whole);
    assertEquals([video!.levels.length, commentary!.name], [2, "audio_eng_2"]);
    const part = selectFrom(whole, {
      filter: 'trackName=="two"||trackName=="commentary"',
      start: 4,
      end: 8,
    });
    const [left, right] = buildSmoothStreams(part);
    assertEquals(left!.levels, video!.levels.slice(1));
    assert(left!.levels[0]!.bitrate > (whole.renditions.get("two")!.bandwidth));
    assertEquals([...left!.times], [...video!.times].slice(2, 5));
    assertEquals([right!.name, [...right!.times]], [
      "audio_eng_2",
      [...commentary!.times].slice(2, 5),
    ]);
  } finally {
    whole.close();
  }
});

Deno.test("buildSmoothStreams() of a selection without the default starts with another one", async () => {
  const audio = { track: 1, type: "audio", language: "eng" } as const;
  const whole = await openTestPackage([
    { file: "ladder-aac-eng.mp4", ...audio, name: "aac", role: "commentary" },
    { file: "tone-ac3-surround.mp4", ...audio, name: "ac3" },
    { file: "ladder-aac-fra.mp4", ...audio, language: "fra", name: "requested", default: true },
  ]);
  try {
    const first = (presentation: Presentation) =>
      buildSmoothStreams(presentation)[0]!.levels[0]!.rendition.name;
    assertEquals(first(whole), "requested");
    assertEquals(first(selectFrom(whole, { filter: 'systemLanguage!="fra"' })), "ac3");
    assertEquals(first(selectFrom(whole, { filter: 'FourCC=="AACL"' })), "requested");
    assertEquals(first(selectFrom(whole, { filter: 'trackName=="aac"' })), "aac");
  } finally {
    whole.close();
  }
});
