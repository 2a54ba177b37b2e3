import { assert, assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { openInputs, openPackage } from "../open_presentation.ts";
import type { SubtitleRendition } from "../../lib/presentation/presentation.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  memorySource,
  moov,
  table,
  trak,
  u16,
  u32,
} from "../mp4/movie_file.ts";
import {
  buildProgressiveMovie,
  stppEntry,
  type SubtitleMovie,
  tx3gEntry,
  tx3gSample,
  vttc,
  VTTE,
  wvttEntry,
} from "../subtitle_movie.ts";
import { buildSecondSample, encode, openFiles, openSubtitles } from "./open_subtitles.ts";

/** Edits in a movie timescale of 1000, and when the cue of the second sample is shown. */
const edits: [name: string, edits: number[][], cue: [number, number] | undefined][] = [
  ["none", [], [1000, 2000]],
  ["an empty one", [[500, -1], [2000, 0]], [1500, 2500]],
  ["one that leaves the cue out", [[1000, 0]], undefined],
];

for (const [name, rows, cue] of edits) {
  Deno.test(`readSubtitleTrack() applies the edit list: ${name}`, async () => {
    const boxes = fullBox(
      "elst",
      0,
      0,
      u32(rows.length),
      rows.map(([duration, time]) => [u32(duration!, time!), u16(1, 0)]),
    );
    const { webvtt } = await openSubtitles(
      "a.mp4",
      buildProgressiveMovie(buildSecondSample("x", rows.length > 0 ? { edits: boxes } : {})),
    );
    assertEquals(webvtt.cues.map(({ start, end }) => [start, end]), cue ? [cue] : []);
  });
}

Deno.test("readSubtitleTrack() preserves styles and regions of WebVTT in MP4", async () => {
  const entry = wvttEntry("WEBVTT\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:r");
  const samples = [{ duration: 1000, bytes: VTTE }, {
    duration: 1000,
    bytes: vttc("x", { id: "1", settings: "region:r" }),
  }];
  const { webvtt } = await openSubtitles(
    "a.mp4",
    buildProgressiveMovie(buildSecondSample("", { handler: "text", entry, samples })),
  );
  assertEquals(webvtt.blocks.map(({ type }) => type), ["style", "region"]);
  assertEquals(webvtt.cues, [{ start: 1000, end: 2000, id: "1", settings: "region:r", text: "x" }]);
});

for (const configuration of ["", "STYLE\n::cue { color: red }"]) {
  Deno.test(`readSubtitleTrack() accepts WebVTT in MP4 without a signature: "${configuration}"`, async () => {
    const samples = [{ duration: 1000, bytes: vttc("x") }];
    const entry = wvttEntry(configuration);
    const { webvtt } = await openSubtitles(
      "a.mp4",
      buildProgressiveMovie(buildSecondSample("", { handler: "text", entry, samples })),
    );
    assertEquals([webvtt.cues.length, webvtt.blocks.length], [1, configuration ? 1 : 0]);
  });
}

const stpp = (movie: Partial<SubtitleMovie>) =>
  buildSecondSample("", { handler: "subt", entry: stppEntry(), ...movie });

const unsupported: [name: string, movie: SubtitleMovie, reason: string][] = [
  [
    "an unknown codec",
    buildSecondSample("x", { entry: box("c608", u16(0, 0, 0, 1)) }),
    `AMS does not know its codec "c608"`,
  ],
  [
    "a truncated sample",
    buildSecondSample("x", { samples: [{ duration: 1000, bytes: u16(99) }] }),
    "Cannot read 99 bytes",
  ],
  [
    "an invalid document",
    stpp({ samples: [{ duration: 1000, bytes: encode("<tt") }] }),
    "as XML",
  ],
  [
    "images in documents",
    stpp({ entry: stppEntry("application/ttml+xml;codecs=im1i") }),
    "its subtitles are images",
  ],
];

for (const [name, movie, reason] of unsupported) {
  Deno.test(`openInputs() leaves out ${name}, with the reason`, async () => {
    const open = () => memorySource(buildProgressiveMovie(movie), "a.mp4").source;
    const error = await assertRejects(
      () => openInputs([{ file: "a.mp4" }], { segmentDuration: 2, open }),
      MediaError,
      "Cannot find a track to play: track 1 is left out: ",
    );
    assert(error.message.includes(reason), error.message);
  });
}

Deno.test("openPackage() rejects broken subtitles", async () => {
  const movie = buildSecondSample("x", { samples: [{ duration: 1000, bytes: u16(99) }] });
  const track = { file: "a.mp4", track: 1, type: "text", language: "eng", name: "t" } as const;
  const open = () => memorySource(buildProgressiveMovie(movie), "a.mp4").source;
  await assertRejects(
    () => openPackage({ segmentDuration: 2, tracks: [track] }, open),
    MediaError,
    "a.mp4: Cannot read 99",
  );
});

Deno.test("openInputs() ignores chapters", async () => {
  const sample = tx3gSample("x");
  const track = (id: number, handler: string, offset: number) =>
    trak({
      id,
      handler,
      tables: [
        fullBox("stsd", 0, 0, u32(1), tx3gEntry()),
        table("stts", [1, 1000]),
        fullBox("stsz", 0, 0, u32(0, 1, sample.length)),
        table("stsc", [1, 1, 1]),
        table("stco", [offset]),
      ],
    });
  const header = (offset: number) => [
    box("ftyp", ascii("isom"), u32(0)),
    moov(
      box("trak", track(1, "sbtl", offset).subarray(8), box("tref", box("chap", u32(2)))),
      track(2, "text", offset),
    ),
  ];
  const bytes = concat(header(concat(header(0)).length + 8), box("mdat", sample));
  const { renditions, warnings } = await openFiles({ "a.mp4": bytes }, { "a.mp4": "und" });
  assertEquals([...renditions.values()].map((text) => (text as SubtitleRendition).trackId), [1]);
  assertEquals(warnings, []);
});
