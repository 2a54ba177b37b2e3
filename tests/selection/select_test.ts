import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildMpd } from "../../lib/dash/mpd.ts";
import { buildMultivariantPlaylist } from "../../lib/hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../../lib/smooth/manifest.ts";
import { computeIframeBandwidths } from "../../lib/hls/iframes.ts";
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

interface Asked {
  readonly filter?: string;
  readonly start?: number;
  readonly end?: number;
}

function selected(whole: Presentation, { filter, ...clip }: Asked): Presentation {
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

Deno.test("select() keeps names, sets, bandwidths and the version", () =>
  withSample(LADDER, (whole) => {
    const part = selected(whole, { filter: 'type=="video"&&MaxHeight>300||type=="text"' });
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

Deno.test("select() cuts every rendition, and copies nothing", () =>
  withSample(LADDER, (whole) => {
    const part = selected(whole, { start: 5.5, end: 9.5 });
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

const durations: [asked: Asked, seconds: number][] = [
  [{}, 12],
  [{ start: 4 }, 8],
  [{ end: 4 }, 4],
  [{ start: 4, end: 10, filter: 'type=="video"' }, 6],
  [{ start: 4, end: 10, filter: 'type=="text"' }, 6],
];

for (const [asked, expected] of durations) {
  Deno.test(`select() lasts ${expected} s of ${JSON.stringify(asked)}`, () =>
    withSample(LADDER, (whole) => {
      const actual = seconds(selected(whole, asked));
      assert(Math.abs(actual - expected) < 0.03, `${actual}`);
    }));
}

Deno.test("select() has the same clip whatever the filter", () =>
  withSample("video at 29.97 Hz, audio at 44.1 kHz", (whole) => {
    const clip = { start: 2.5, end: 3.5 };
    const [all, audio] = [{}, { filter: 'type=="audio"' }].map((filter) =>
      selected(whole, { ...filter, ...clip })
    );
    assertEquals(all!.selection!.start, { ticks: 60060, timescale: 30000 });
    assertEquals(audio!.selection!.start, all!.selection!.start);
    const name = [...audio!.renditions.keys()][0]!;
    assertEquals(all!.renditions.get(name), audio!.renditions.get(name));
  }));

const nothing: Asked[] = [
  { filter: 'systemLanguage=="deu"' },
  { filter: 'type=="video"&&type=="audio"' },
  { filter: "MaxHeight>10000", start: 4 },
];

for (const asked of nothing) {
  Deno.test(`select() refuses ${JSON.stringify(asked)}: nothing is left`, () =>
    withSample(LADDER, (whole) => {
      const error = assertThrows(
        () => selected(whole, asked),
        RequestError,
        "that the filter and the clip leave",
      );
      assertEquals(error.code, "BAD_REQUEST");
    }));
}

Deno.test("select() leaves out a rendition that has nothing in the clip", async () => {
  const whole = await openTestPackage([
    { file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "und", name: "long" },
    { file: "tone-aac-mono.m4a", track: 1, type: "audio", language: "eng", name: "short" },
  ]);
  try {
    const { timing } = whole.renditions.get("short") as MediaRendition;
    const end = timing.decodeTime(timing.end) / timing.timescale;
    assert(seconds(whole) > end + 2.5);
    assertEquals([...selected(whole, { start: end + 2.1 }).renditions.keys()], ["long"]);
    assertEquals([...selected(whole, { start: end - 0.5 }).renditions.keys()], ["long", "short"]);
    assertThrows(
      () => selected(whole, { start: end + 2.1, filter: 'type=="audio"' }),
      RequestError,
    );
  } finally {
    whole.close();
  }
});

Deno.test("select() aligns what is left of a set, where it does", () =>
  withSample("open GOPs in one of two videos", (whole) => {
    const again = selected(whole, { filter: 'FourCC=="AVC1"' });
    assert(again.sets.every(({ aligned }) => aligned));
  }));

const FORMS = [
  ["DASH", buildMpd],
  ["HLS", (title: Presentation) => buildMultivariantPlaylist(title, "fmp4")],
  ["HLS in MPEG-TS", (title: Presentation) => buildMultivariantPlaylist(title, "ts")],
  ["Smooth Streaming", buildSmoothManifest],
] as const;

for (const [form, build] of FORMS) {
  Deno.test(`select() of everything changes nothing of ${form}`, () =>
    withSample(LADDER, (whole) => {
      const all = select(whole, { mediaQuery: "", playlistQuery: "" });
      assertEquals(build(all), build(whole));
    }));
}

Deno.test("getMuxedAudio() of a selection is that of the whole: URLs have the same bytes", () =>
  withSample("one video and one audio", (whole) => {
    const pictures = selected(whole, { filter: 'type=="video"' });
    assertStrictEquals(getMuxedAudio(pictures), getMuxedAudio(whole));
    const [, codecs] = /CODECS="([^"]*)"/.exec(buildMultivariantPlaylist(pictures, "ts"))!;
    assertEquals(codecs!.split(",").length, 2);
    const sound = buildMultivariantPlaylist(selected(whole, { filter: 'type=="audio"' }), "ts");
    assertEquals(/CODECS="([^"]*)"/.exec(sound)![1], "mp4a.40.2");
  }));

Deno.test("getMuxedAudio() is none of a selection that leaves one of two sounds", () =>
  withSample(LADDER, (whole) => {
    const part = selected(whole, { filter: 'type=="video"||systemLanguage=="fra"' });
    assertEquals(getMuxedAudio(part), undefined);
    assert(buildMultivariantPlaylist(part, "ts").includes("TYPE=AUDIO"));
  }));

for (const asked of [{ filter: 'type=="video"' }, { start: 4 }, { start: 4, end: 6 }]) {
  Deno.test(`bandwidths are those of the whole: ${JSON.stringify(asked)}`, async () => {
    const [fresh, whole] = [
      await openSample("one video and one audio"),
      await openSample("one video and one audio"),
    ];
    try {
      const part = selected(whole, asked);
      for (const rendition of part.renditions.values()) {
        const expected = fresh.renditions.get(rendition.name) as MediaRendition;
        const actual = rendition as MediaRendition;
        assertEquals(computeTsBandwidths(part, actual), computeTsBandwidths(fresh, expected));
        assertEquals(actual.bandwidth, expected.bandwidth);
        if (actual.type !== "video") continue;
        assertEquals(
          computeIframeBandwidths(getWholeRendition(part, actual), part.targetDuration),
          computeIframeBandwidths(expected, fresh.targetDuration),
        );
      }
    } finally {
      [fresh, whole].forEach((title) => title.close());
    }
  });
}

Deno.test("checkForwardedQuery() bounds what a playlist grows by", async () => {
  const long = await openLongMovie(LONG_VIDEO);
  const [rendition] = long.renditions.values();
  const carrying = (length: number) =>
    select(long, { mediaQuery: "x".repeat(length), playlistQuery: "" });
  checkForwardedQuery(carrying(400), rendition!);
  checkForwardedQuery(long, rendition!);
  assertThrows(
    () => checkForwardedQuery(carrying(500), rendition!),
    RequestError,
    `Cannot forward a query of 500 characters to 17982 segments, expected at most 8388608`,
  );
  long.close();
});

Deno.test("buildSmoothStreams() of a selection are called as in the whole", async () => {
  const sound = { file: "ladder-aac-eng.mp4", track: 1, type: "audio", language: "eng" } as const;
  const whole = await openTestPackage([
    { file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "eng", name: "one" },
    { ...{ file: "ladder-avc-240p.mp4", track: 1, type: "video", language: "eng" }, name: "two" },
    { ...sound, name: "film" },
    { ...sound, name: "commentary", label: "Commentary" },
  ]);
  try {
    const [video, , commentary] = buildSmoothStreams(whole);
    assertEquals([video!.levels.length, commentary!.name], [2, "audio_eng_2"]);
    const part = selected(whole, {
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

Deno.test("buildSmoothStreams() of a selection without the default has another one first", async () => {
  const audio = { track: 1, type: "audio", language: "eng" } as const;
  const whole = await openTestPackage([
    { file: "ladder-aac-eng.mp4", ...audio, name: "aac", role: "commentary" },
    { file: "tone-ac3-surround.mp4", ...audio, name: "ac3" },
    { file: "ladder-aac-fra.mp4", ...audio, language: "fra", name: "asked", default: true },
  ]);
  try {
    const first = (title: Presentation) => buildSmoothStreams(title)[0]!.levels[0]!.rendition.name;
    assertEquals(first(whole), "asked");
    assertEquals(first(selected(whole, { filter: 'systemLanguage!="fra"' })), "ac3");
    assertEquals(first(selected(whole, { filter: 'FourCC=="AACL"' })), "asked");
    assertEquals(first(selected(whole, { filter: 'trackName=="aac"' })), "aac");
  } finally {
    whole.close();
  }
});
