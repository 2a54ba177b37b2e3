import type { OpenPresentation } from "../open_presentation.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { select } from "../../lib/selection/select.ts";
import { listSnapshots } from "../live_snapshots.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import {
  countTsSegments,
  describeUnsupportedInTs,
  getMuxedAudio,
  getMuxedAudioSamples,
  isSupportedInTs,
} from "../../lib/hls/mpegts_support.ts";
import { getSupportedSets } from "../../lib/hls/support.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openInputs } from "../open_presentation.ts";
import { syntheticMovie, type SyntheticTrack } from "../robustness/synthetic_movie.ts";
import { openTestdata } from "../sample_presentations.ts";
import { CLEAR } from "../clear_protection.ts";

async function open(...files: string[]): Promise<OpenPresentation> {
  const presentation = await openTestdata(files);
  presentation.close();
  return presentation;
}

function only(presentation: Presentation, type: string): MediaRendition {
  return [...presentation.renditions.values()].find((one) => one.type === type) as MediaRendition;
}

const carried: [file: string, carried: boolean][] = [
  ["test-avc-frontmoov.mp4", true],
  ["test-avc-twoentries.mp4", true],
  ["test-hevc-hev1.mp4", true],
  ["test-av1-main.mp4", false],
  ["test-vp9-profile0.mp4", false],
  ["tone-aac-pce.mp4", true],
  ["tone-heaacv2-explicit.mp4", true],
  ["tone-ac3-surround.mp4", true],
  ["tone-eac3-stereo.mp4", true],
  ["tone-mp3-stereo.mp4", true],
  ["tone-opus-stereo.mp4", false],
  ["tone-flac-stereo.mp4", false],
  ["ladder-vtt-eng.vtt", true],
];

for (const [file, expected] of carried) {
  Deno.test(`isSupportedInTs() returns ${expected} for ${file}`, async () => {
    const { renditions } = await open(file);
    assertEquals([...renditions.values()].map(isSupportedInTs), [expected]);
  });
}

Deno.test("isSupportedInTs() returns false if a sample entry has another codec", async () => {
  const video = only(await open("test-avc-twoentries.mp4"), "video");
  const { entries } = only(await open("test-hevc-hvc1.mp4"), "video").track;
  const track = { ...video.track, entries: [video.track.entries[0]!, ...entries] };
  assertEquals(isSupportedInTs({ ...video, track }), false);
});

const SIZES: [what: string, sizes: SyntheticTrack["sizes"], supported: boolean][] = [
  ["64 MiB less what is in memory of a sample", [2 ** 26 - 1024], true],
  ["64 MiB", [1, 2 ** 26], false],
  ["more samples than fit into memory", { each: 1, count: 2 ** 17 + 1 }, false],
];

for (const [what, sizes, supported] of SIZES) {
  Deno.test(`isSupportedInTs() returns ${supported} for a segment of ${what}, without reading it`, async () => {
    const track = { like: "test-avc-baseline.mp4", sizes, syncs: [1] };
    const movie = memorySource(syntheticMovie([{ ...track, timescale: 2 ** 20 }]));
    const source = { ...movie.source, size: 2 ** 28 };
    const presentation = await openInputs([{ file: "film.mp4" }], {
      segmentDuration: 10,
      open: () => source,
    });
    const video = only(presentation, "video");
    assertEquals(isSupportedInTs(video), supported);
    assertEquals(
      describeUnsupportedInTs(presentation),
      supported ? "" : `MPEG-TS omits unsupported renditions: ${video.name}`,
    );
    const read = movie.reads.reduce((sum, [, size]) => sum + size, 0);
    assert(read < 2 ** 22, `${read} bytes`);
  });
}

Deno.test("planTsSegment() rejects more audio than a segment may have", async () => {
  const presentation = await open("pair-avc-aac.mp4");
  const [video, audio] = [only(presentation, "video"), only(presentation, "audio")];
  const samples = new Proxy(audio.track.samples, {
    get(table, key) {
      if (key === "bytes") return () => 2 ** 26;
      const member = Reflect.get(table, key, table);
      return typeof member === "function" ? member.bind(table) : member;
    },
  });
  const large = { ...audio, track: { ...audio.track, samples } };
  const renditions = new Map(presentation.renditions).set(audio.name, large);
  const error = assertThrows(
    () => planTsSegment({ ...presentation, renditions }, video, { index: 0, protection: CLEAR }),
    MediaError,
    "samples of audio into one segment of MPEG-TS",
  );
  assertEquals(error.code, "MEDIA_UNSUPPORTED");
});

const muxed: [files: string[], muxed: string | undefined][] = [
  [["pair-avc-aac.mp4"], "pair-avc-aac.mp4"],
  [["test-avc-frontmoov.mp4", "ladder-vtt-eng.vtt"], undefined],
  [["tone-aac-mono.m4a"], undefined],
  [["pair-avc-aac.mp4", "ladder-aac-eng.mp4"], undefined],
  [["pair-avc-aac.mp4", "tone-opus-stereo.mp4"], "pair-avc-aac.mp4"],
  [["test-avc-frontmoov.mp4", "tone-heaacv2-implicit.mp4"], "tone-heaacv2-implicit.mp4"],
  [["test-avc-frontmoov.mp4", "tone-aac-mpeg2.mp4"], "tone-aac-mpeg2.mp4"],
  [["test-avc-frontmoov.mp4", "tone-aac-surround.mp4"], undefined],
  [["test-avc-frontmoov.mp4", "tone-aac-pce.mp4"], undefined],
  [["test-avc-frontmoov.mp4", "tone-ac3-surround.mp4"], undefined],
  [["test-avc-frontmoov.mp4", "tone-eac3-stereo.mp4"], undefined],
  [["test-avc-frontmoov.mp4", "tone-mp3-stereo.mp4"], "tone-mp3-stereo.mp4"],
  [["test-av1-main.mp4", "ladder-aac-eng.mp4"], undefined],
  [["test-av1-main.mp4", "test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"], "ladder-aac-eng.mp4"],
];

for (const [files, expected] of muxed) {
  Deno.test(`getMuxedAudio() returns ${expected} for ${files}`, async () => {
    assertEquals(getMuxedAudio(await open(...files))?.file, expected);
  });
}

const offered: [files: string[], families: string[]][] = [
  [["test-hevc-hvc1.mp4"], ["hevc"]],
  [["test-hevc-hvc1.mp4", "test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"], ["avc", "aac"]],
  [["test-hevc-hdr10.mp4", "test-hevc-hvc1.mp4"], ["hevc", "hevc"]],
  [["test-hevc-hvc1.mp4", "test-av1-main.mp4"], ["hevc"]],
];

for (const [files, families] of offered) {
  Deno.test(`isOfferedInTs() offers ${families} of ${files}`, async () => {
    const sets = getSupportedSets(await open(...files), "ts");
    const found = sets.flatMap(({ renditions }) => renditions as MediaRendition[]);
    assertEquals(found.map(({ codec }) => codec.family).sort(), families.toSorted());
  });
}

const pairs = [
  ["pair-avc-aac.mp4"],
  ["test-avc-2997fps.mp4", "tone-aac-mono.m4a"],
  ["flash-avc-audiodelayed.mp4"],
  ["flash-avc-videodelayed.mp4"],
  ["flash-avc-trimmed.mp4"],
  ["ladder-avc-240p.mp4", "tone-aac-mono.m4a"], // audio ends first
  ["test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"], // video ends first
  ["test-avc-onekey.mp4", "tone-ac3-surround.mp4"],
];

for (const files of pairs) {
  Deno.test(`getMuxedAudioSamples() assigns each sample of ${files} to one segment`, async () => {
    const presentation = await open(...files);
    const [video, audio] = [only(presentation, "video"), only(presentation, "audio")];
    let next = audio.timing.first;
    for (let i = 0; i < countSegments(video.timeline); i++) {
      const { first, end } = getMuxedAudioSamples(presentation, { video, audio }, i);
      assertEquals(first, next);
      assert(end >= first);
      next = end;
      if (i === 0) continue;
      const starts = video.timeline.times[i]! / video.timing.timescale;
      const time = (index: number) => audio.timing.presentationTime(index) / audio.timing.timescale;
      if (first < audio.timing.end) assert(time(first) >= starts, "not before the video");
      assert(time(first - 1) < starts, "no later than it must be");
    }
    assertEquals(next, audio.timing.end);
  });
}

for (const audioLag of [0, 1, 2]) {
  Deno.test(`countTsSegments() of live video counts segments whose audio is listed, ${audioLag} later`, async () => {
    const whole = await openTestdata(["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"], 2);
    whole.close();
    const samples = Array.from(
      { length: countSegments(only(whole, "video").timeline) },
      (_, i) => getMuxedAudioSamples(whole, getPair(whole), i),
    );
    for (const [i, snapshot] of listSnapshots(whole, audioLag).entries()) {
      const { video, audio } = getPair(snapshot);
      const count = countTsSegments(snapshot, video);
      assertEquals(count, snapshot.isLive ? Math.max(1, i + 1 - audioLag) : i + 1);
      assertEquals(countTsSegments(snapshot, audio), countSegments(audio.timeline));
      for (let index = 0; index < count; index++) {
        assertEquals(getMuxedAudioSamples(snapshot, { video, audio }, index), samples[index]);
      }
      assertEquals(countUris(buildMediaPlaylist(snapshot, video, "ts")), count);
      const clip = select(snapshot, { start: 2, mediaQuery: "", playlistQuery: "" });
      if (i > 2) {
        assertEquals(countUris(buildMediaPlaylist(clip, getPair(clip).video, "ts")), count - 1);
      }
      planTsSegment(snapshot, video, { index: count - 1, protection: CLEAR });
      if (count > i) continue;
      assertThrows(
        () => planTsSegment(snapshot, video, { index: count, protection: CLEAR }),
        RequestError,
        "its audio is not",
      );
    }
  });
}

function getPair(presentation: Presentation): { video: MediaRendition; audio: MediaRendition } {
  return { video: only(presentation, "video"), audio: only(presentation, "audio") };
}

function countUris(playlist: string): number {
  return playlist.split("\n").filter((line) => line && !line.startsWith("#")).length;
}

Deno.test("describeUnsupportedInTs() names omitted renditions", async () => {
  assertEquals(describeUnsupportedInTs(await open("pair-avc-aac.mp4", "ladder-vtt-eng.vtt")), "");
  const presentation = await open("test-av1-main.mp4", "ladder-aac-eng.mp4");
  const { name } = only(presentation, "video");
  assertEquals(
    describeUnsupportedInTs(presentation),
    `MPEG-TS omits unsupported renditions: ${name}`,
  );
});
