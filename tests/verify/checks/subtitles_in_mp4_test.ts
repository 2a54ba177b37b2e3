/** Faults in text in MP4: wvtt, and documents that go out as they are. */

import { assertEquals } from "@std/assert";
import type { Format } from "../../../lib/verify/findings.ts";
import type { Rule } from "../../../lib/verify/rules.ts";
import { verify } from "../../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../../lib/verify/generators.ts";
import { buildMpd } from "../../../lib/dash/mpd.ts";
import { openInputs } from "../../../lib/presentation/open.ts";
import { buildStppInit, buildWvttInit } from "../../../lib/cmaf/init.ts";
import { planStppSegment } from "../../../lib/cmaf/stpp.ts";
import { planWvttSegment } from "../../../lib/cmaf/wvtt.ts";
import { openFile } from "../../../lib/storage/local/file.ts";
import { memorySource } from "../../mp4/movie_file.ts";
import { getSubtitleFile, VIDEO_FILE } from "../../subtitle_files.ts";
import { altered } from "../mutations.ts";

const TESTDATA = new URL("../../../testdata/", import.meta.url).pathname;

async function rulesOf(text: string, change: Partial<Generators>): Promise<[Format, Rule][]> {
  const presentation = await openInputs([{ file: VIDEO_FILE }, { file: text }], {
    segmentDuration: 2,
    open: (file) =>
      file === VIDEO_FILE
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
  ]
) {
  Deno.test(`verify() finds nothing in the forms of ${text}`, async () => {
    assertEquals(await rulesOf(text, {}), []);
  });
}

/** Replaces text by text of the same length. */
function replaced(from: string, to: string): (bytes: Uint8Array) => Uint8Array {
  const [old, fresh] = [from, to].map((text) => new TextEncoder().encode(text)) as [
    Uint8Array,
    Uint8Array,
  ];
  return (bytes) => {
    const changed = bytes.slice();
    for (let at = 0; at + old.length <= bytes.length; at++) {
      if (old.every((byte, i) => bytes[at + i] === byte)) changed.set(fresh, at);
    }
    return changed;
  };
}

const planted: [
  what: string,
  text: string,
  format: Format,
  rule: Rule,
  change: Partial<Generators>,
][] = [
  ["another text in wvtt", "cues.en.srt", "wvtt", "lost cue", {
    wvttSegment: (rendition, index) =>
      altered(planWvttSegment(rendition, index), replaced("Within", "Wythin")),
  }],
  ["a cue that is lost in wvtt", "cues.en.srt", "wvtt", "lost cue", {
    wvttSegment: (rendition, index) =>
      altered(planWvttSegment(rendition, index), replaced("vttc", "free")),
  }],
  ["a segment of wvtt in another's place", "cues.en.srt", "wvtt", "decode time", {
    wvttSegment: (rendition) => planWvttSegment(rendition, 0),
  }],
  ["another head in an init of wvtt", "cues.en.srt", "wvtt", "sample entry", {
    wvttInit: (rendition) => replaced("WEBVTT", "WEBVT_")(buildWvttInit(rendition)),
  }],
  ["another document", "stpp.mp4", "TTML", "bytes", {
    stppSegment: (track, index) =>
      altered(planStppSegment(track, index), replaced("Within", "Wythin")),
  }],
  ["a document in another's place", "stpp.mp4", "TTML", "decode time", {
    stppSegment: (track) => planStppSegment(track, 0),
  }],
  ["another entry in an init of TTML", "stpp.mp4", "TTML", "sample entry", {
    stppInit: (track, language) => replaced("im1t", "im1i")(buildStppInit(track, language)),
  }],
  ["a missing segment of documents in an MPD", "stpp.mp4", "DASH manifest", "missing segment", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replace('<S t="0" d="2000" r="2"/>', '<S t="0" d="2000"/>'),
  }],
  ["URLs of wvtt that lead elsewhere", "cues.en.srt", "DASH manifest, wvtt", "URL", {
    mpd: (presentation, text) =>
      buildMpd(presentation, text).replaceAll("$Time$.wvtt.m4s", "$Time$.vtt"),
  }],
];

for (const [what, text, format, rule, change] of planted) {
  Deno.test(`verify() finds ${what}`, async () => {
    const found = await rulesOf(text, change);
    assertEquals(
      found.filter(([theirs, rule_]) => theirs === format && rule_ === rule).length > 0,
      true,
      JSON.stringify(found),
    );
    assertEquals(
      [...new Set(found.map(([theirs]) => theirs))],
      [format],
      "no other format is blamed",
    );
  });
}
