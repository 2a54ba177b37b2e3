import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Movie, Track } from "../../lib/mp4/movie.ts";
import {
  describeOmission,
  omitTracks,
  warnOmitted,
} from "../../lib/presentation/omitted_tracks.ts";
import type { TrackInput } from "../../lib/input/track_input.ts";
import type { Source } from "../../lib/storage/source.ts";
import { entry } from "../codecs/entry.ts";
import type { InputOptions } from "../../lib/presentation/open.ts";
import { openTestdata, openTestPackage } from "../sample_presentations.ts";
import type { OpenPresentation } from "../open_presentation.ts";
import { buildTable } from "./synthetic_track.ts";

function summarize(presentation: OpenPresentation): { types: string[]; warnings: string[] } {
  presentation.close();
  const types = [...presentation.renditions.values()].map(({ type }) => type);
  return { types, warnings: presentation.warnings.filter((text) => /left out/i.test(text)) };
}

const MJPEG = "it is Motion JPEG of 15 images a second, which players do not show as video";

const CURE = `\`ffmpeg -i pair-mjpeg-aac.mov -map 0:v:0? -map 0:a? -c:v libx264 ` +
  `-pix_fmt yuv420p -force_key_frames "expr:gte(t,n_forced*2)" -c:a copy pair-mjpeg-aac.mp4\` converts it`;

const NO_DTS = "first sample: Cannot read a DTS frame: the sync word 7FFE8001 is missing";

const NO_ESDS = "moov/trak/mdia/minf/stbl/stsd/mp4a: Cannot describe mp4a without esds";

type Case = [
  inputs: (string | InputOptions)[],
  types: string[],
  warnings: string[],
];

const cases: Case[] = [
  [["pair-avc-coverjpeg.mp4"], ["video", "audio"], [
    "pair-avc-coverjpeg.mp4: track 3 is left out: it is a cover: one frame in 0.04 s",
  ]],
  [["tone-aac-coveravc.m4a"], ["audio"], [
    "tone-aac-coveravc.m4a: track 2 is left out: it is a cover: one frame in 0.04 s",
  ]],
  [["pair-avc-chapterimages.mp4"], ["video", "audio"], [
    "pair-avc-chapterimages.mp4: track 3 is left out: it contains the images of chapters",
  ]],
  [["pair-avc-thumbs.mp4"], ["video", "audio", "image"], []],
  [["pair-avc-onethumb.mp4"], ["video", "audio", "image"], []],
  [["ladder-avc-240p.mp4", "ladder-mjpeg-thumbs.mp4"], ["video", "image"], []],
  [["pair-mjpeg-aac.mov"], ["audio"], [
    `pair-mjpeg-aac.mov: VIDEO IS LEFT OUT, track 1: ${MJPEG}; ${CURE}`,
  ]],
  [["pair-avc-noesds.mp4"], ["video"], [
    `pair-avc-noesds.mp4: track 2 is left out: ${NO_ESDS}`,
  ]],
  [["pair-avc-dts.mp4"], ["video"], [`pair-avc-dts.mp4: track 2 is left out: ${NO_DTS}`]],
];

for (const [inputs, types, warnings] of cases) {
  Deno.test(`omitTracks() leaves out what players cannot present of ${inputs.join(" and ")}`, async () => {
    assertEquals(summarize(await openTestdata(inputs)), { types, warnings });
  });
}

Deno.test("warnOmitted() warns of video first", async () => {
  const files = ["pair-avc-dts.mp4", "test-avc-opengop.mp4", "pair-mjpeg-aac.mov"];
  const presentation = await openTestdata(files);
  presentation.close();
  const [first, second] = presentation.warnings;
  assertEquals(first?.slice(0, 37), "pair-mjpeg-aac.mov: VIDEO IS LEFT OUT");
  assertEquals(second?.slice(0, 37), "pair-avc-dts.mp4: track 2 is left out");
});

Deno.test("omitTracks() leaves out tracks that a package lists", async () => {
  const file = "pair-avc-coverjpeg.mp4";
  const tracks = (["video", "audio", "image"] as const).map((type, i) => ({
    file,
    track: i + 1,
    type,
    language: "eng",
    name: type,
  }));
  assertEquals(summarize(await openTestPackage(tracks)).types, ["video", "audio"]);
});

Deno.test("omitTracks() computes the rate of images that do not start at 0", async () => {
  const samples = buildTable({ durations: 1, count: 100, start: 1000 });
  const track = { ...buildTrack("vide", "jpeg"), timescale: 15, samples };
  const input = { type: "image", options: { file: "a.mov" }, track } as unknown as TrackInput;
  const { omitted } = await omitTracks([input]);
  assertEquals(omitted.map(({ reason }) => reason), [MJPEG]);
});

const unplayable: [file: string, reason: string][] = [
  ["ladder-mjpeg-thumbs.mp4", "Cannot find a track to play: it has thumbnails only"],
  [
    "pair-mjpeg-pcm.mov",
    `Cannot find a track to play: track 1 is left out: ${MJPEG}; ` +
    `track 2 is left out: AMS does not support PCM ("raw "); \`ffmpeg -i`,
  ],
];

for (const [file, reason] of unplayable) {
  Deno.test(`createNothingPlayableError() gives the reasons for ${file}`, async () => {
    const error = await assertRejects(() => openTestdata([file]), MediaError, reason);
    assertEquals([error.file, error.code], [file, "MEDIA_UNSUPPORTED"]);
  });
}

/** Tracks without samples or codec configuration; the first one refers to the chapters. */
function buildTrack(handler: string, type: string, count = 50, id = 1): Track {
  const entries = [entry(type, {})];
  return { id, handler, entries, samples: { count } } as unknown as Track;
}

const error = new MediaError("Cannot read it");

const omissions: [what: string, track: Track, cause: MediaError | string, unknown, boolean][] = [
  ["ProRes", buildTrack("vide", "apcn"), "AMS does not support it", "video", true],
  ["PCM", buildTrack("soun", "sowt"), "AMS does not support it", "audio", true],
  ["a broken configuration", buildTrack("vide", "avc1"), error, "video", false],
  ["encrypted video", buildTrack("vide", "encv"), "it is encrypted", "video", false],
  ["a cover in PNG", buildTrack("vide", "png ", 1), "AMS does not support it", undefined, true],
  ["images of chapters", buildTrack("vide", "png ", 9, 3), "no codec", undefined, true],
  ["an enhancement layer", buildTrack("vide", "hvc1"), "no base layer", undefined, false],
  ["nothing", buildTrack("soun", "mp4a", 0), "it contains no sample", undefined, false],
  ["broken subtitles", buildTrack("sbtl", "tx3g"), error, undefined, false],
];

for (const [what, track, cause, loss, isEncodable] of omissions) {
  Deno.test(`describeOmission() tells whether viewers miss ${what}`, () => {
    const movie = { tracks: [{ ...track, id: 1, chapterTrackIds: [3] }, track] };
    const omission = describeOmission(movie as unknown as Movie, track, cause);
    assertEquals([omission.loss, omission.isEncodable], [loss, isEncodable]);
  });
}

Deno.test("warnOmitted() names the track that ffmpeg converts if the file has other video", () => {
  const omitted = buildTrack("vide", "apcn", 9, 3);
  const cures = [[], [buildTrack("vide", "avc1")]].map((others) => {
    const movie = { tracks: [...others, omitted] } as unknown as Movie;
    const omission = describeOmission(movie, omitted, "AMS does not support it");
    const source = { name: "a.mov" } as Source;
    const [warning] = warnOmitted([{ file: "a.mov", source, track: omitted, ...omission }], 4);
    return /-map \S+/.exec(warning!)![0];
  });
  assertEquals(cures, ["-map 0:v:0?", "-map 0:i:3"]);
});
