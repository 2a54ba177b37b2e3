/** Mutations of subtitles in MP4: wvtt and TTML. */

import { assertEquals } from "@std/assert";
import type { Format } from "../../../lib/verify/findings.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../../lib/verify/generators.ts";
import { buildMpd } from "../../../lib/dash/mpd.ts";
import { openInputs } from "../../open_presentation.ts";
import { buildStppInit, buildWvttInit } from "../../../lib/cmaf/init.ts";
import { planStppSegment } from "../../../lib/cmaf/stpp.ts";
import { planWvttSegment } from "../../../lib/cmaf/wvtt.ts";
import { openFile } from "../../../lib/storage/local/file.ts";
import { memorySource } from "../../mp4/movie_file.ts";
import { buildMultivariantPlaylist } from "../../../lib/hls/multivariant_playlist.ts";
import { getSubtitleFile, VIDEO_FILE } from "../../subtitle_files.ts";
import { mutatePlan } from "../mutations.ts";

const TESTDATA = new URL("../../../testdata/", import.meta.url).pathname;

/** TTML that ends at 4 s, and audio and video of 6 s. */
const SHORT = "multi-avc-stpp.mp4";

async function findRules(text: string, change: Partial<Generators>): Promise<[Format, Rule][]> {
  const files = text === SHORT ? [SHORT] : [VIDEO_FILE, text];
  const presentation = await openInputs(files.map((file) => ({ file })), {
    segmentDuration: 2,
    open: (file) =>
      file === VIDEO_FILE || file === SHORT
        ? openFile(TESTDATA + file, file)
        : memorySource(getSubtitleFile(file), file).source,
  });
  const { differences } = await verify(presentation, { generators: { ...GENERATORS, ...change } });
  presentation.close();
  return differences.map(({ format, rule }) => [format, rule]);
}

for (
  const text of [
    "cues.en.srt",
    "cues.ttml",
    "tx3g.mp4",
    "wvtt.mp4",
    "stpp.mp4",
    "stpp-fragments.mp4",
    SHORT,
  ]
) {
  Deno.test(`verify() finds no difference in the formats of ${text}`, async () => {
    assertEquals(await findRules(text, {}), []);
  });
}

/** Replaces text by text of the same length. */
function replaceText(from: string, to: string): (bytes: Uint8Array) => Uint8Array {
  const [before, after] = [from, to].map((text) => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  return (bytes) => {
    const changed = bytes.slice();
    for (let at = 0; at + before.length <= bytes.length; at++) {
      if (before.every((byte, i) => bytes[at + i] === byte)) changed.set(after, at);
    }
    return changed;
  };
}

const mutations: [
  what: string,
  text: string,
  format: Format,
  rule: Rule,
  change: Partial<Generators>,
][] = [
  ["a wrong text in wvtt", "cues.en.srt", "wvtt", "lost cue", {
    wvttSegment: (rendition, index) =>
      mutatePlan(planWvttSegment(rendition, index), replaceText("Within", "Wythin")),
  }],
  ["a lost cue in wvtt", "cues.en.srt", "wvtt", "lost cue", {
    wvttSegment: (rendition, index) =>
      mutatePlan(planWvttSegment(rendition, index), replaceText("vttc", "free")),
  }],
  ["a segment of wvtt at the position of another", "cues.en.srt", "wvtt", "decode time", {
    wvttSegment: (rendition) => planWvttSegment(rendition, 0),
  }],
  ["a wrong header in a wvtt init", "cues.en.srt", "wvtt", "sample entry", {
    wvttInit: (rendition) => replaceText("WEBVTT", "WEBVT_")(buildWvttInit(rendition)),
  }],
  ["a wrong document", "stpp.mp4", "TTML", "bytes", {
    stppSegment: (track, index) =>
      mutatePlan(planStppSegment(track, index), replaceText("Within", "Wythin")),
  }],
  ["a document at the position of another", "stpp.mp4", "TTML", "decode time", {
    stppSegment: (track) => planStppSegment(track, 0),
  }],
  ["text in a document after the last", SHORT, "TTML", "extra sample", {
    stppSegment: (track, index) =>
      mutatePlan(
        planStppSegment(track, index),
        replaceText("<head/><body/>", "<p>text</p>   "),
      ),
  }],
  ["no document after the last", SHORT, "TTML", "extra sample", {
    stppSegment: (track, index) =>
      index === 0
        ? planStppSegment(track, 0)
        : mutatePlan(planStppSegment(track, index), () => new Uint8Array(12)),
  }],
  ["a document that ends early", SHORT, "TTML", "decode time", {
    stppSegment: (track, index) =>
      planStppSegment({
        ...track,
        timeline: {
          ...track.timeline,
          decodeTimes: track.timeline.decodeTimes.map((time) => time - time % 4_000_000),
        },
      }, index),
  }],
  ["TTML that ends before the video", SHORT, "DASH manifest", "duration", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replace(
        '<S t="0" d="4000000"/><S d="2000000"/>',
        '<S t="0" d="4000000"/>',
      ),
  }],
  ["a minBufferTime shorter than a document", SHORT, "DASH manifest", "minBufferTime", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replace(/minBufferTime="PT4S/, 'minBufferTime="PT3S'),
  }],
  ["a bandwidth without subtitles", "cues.en.srt", "HLS playlists", "bandwidth", {
    multivariant: (presentation, format, derived) =>
      buildMultivariantPlaylist(presentation, format, derived).replace(
        /BANDWIDTH=(\d+)/g,
        (_, bandwidth) => `BANDWIDTH=${Number(bandwidth) - (format === "fmp4" ? 200 : 0)}`,
      ),
  }],
  ["a wrong sample entry in a TTML init", "stpp.mp4", "TTML", "sample entry", {
    stppInit: (track, language) => replaceText("im1t", "im1i")(buildStppInit(track, language)),
  }],
  ["a missing TTML segment in an MPD", "stpp.mp4", "DASH manifest", "missing segment", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replace('d="2000" r="1"/>', 'd="2000"/>'),
  }],
  ["wrong URLs of wvtt segments", "cues.en.srt", "DASH manifest, wvtt", "URL", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replaceAll("$Time$.wvtt.m4s", "$Time$.vtt"),
  }],
];

for (const [what, text, format, rule, change] of mutations) {
  Deno.test(`verify() finds ${what}`, async () => {
    const found = await findRules(text, change);
    assertEquals(
      found.filter(([gotFormat, gotRule]) => gotFormat === format && gotRule === rule).length > 0,
      true,
      JSON.stringify(found),
    );
    assertEquals(
      [...new Set(found.map(([gotFormat]) => gotFormat))],
      [format],
      "findings of other formats",
    );
  });
}
