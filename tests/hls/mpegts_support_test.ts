import type { OpenPresentation } from "../open_presentation.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import { planTsSegment } from "../../lib/hls/mpegts_segment.ts";
import { select } from "../../lib/selection/select.ts";
import { listSnapshots } from "../growing_presentation.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import {
  countTsSegments,
  describeUnsupportedInTs,
  getMuxedAudio,
  getMuxedAudioSamples,
  isSupportedInTs,
} from "../../lib/hls/mpegts_support.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { openTestdata } from "../sample_presentations.ts";

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
  ["ladder-mjpeg-thumbs.mp4", true],
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

const muxed: [files: string[], muxed: string | undefined][] = [
  [["pair-avc-aac.mp4"], "pair-avc-aac.mp4"],
  [["test-avc-frontmoov.mp4", "ladder-vtt-eng.vtt"], undefined],
  [["tone-aac-mono.m4a"], undefined],
  [["pair-avc-aac.mp4", "ladder-aac-eng.mp4"], undefined],
  [["pair-avc-aac.mp4", "tone-opus-stereo.mp4"], "pair-avc-aac.mp4"],
  [["test-av1-main.mp4", "ladder-aac-eng.mp4"], undefined],
  [["test-av1-main.mp4", "test-avc-frontmoov.mp4", "ladder-aac-eng.mp4"], "ladder-aac-eng.mp4"],
];

for (const [files, expected] of muxed) {
  Deno.test(`getMuxedAudio() returns ${expected} for ${files}`, async () => {
    assertEquals(getMuxedAudio(await open(...files))?.file, expected);
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
      assertEquals(count, snapshot.live ? Math.max(1, i + 1 - audioLag) : i + 1);
      assertEquals(countTsSegments(snapshot, audio), countSegments(audio.timeline));
      for (let index = 0; index < count; index++) {
        assertEquals(getMuxedAudioSamples(snapshot, { video, audio }, index), samples[index]);
      }
      assertEquals(countUris(buildMediaPlaylist(snapshot, video, "ts")), count);
      const clip = select(snapshot, { start: 2, mediaQuery: "", playlistQuery: "" });
      if (i > 2) {
        assertEquals(countUris(buildMediaPlaylist(clip, getPair(clip).video, "ts")), count - 1);
      }
      planTsSegment(snapshot, video, count - 1);
      if (count > i) continue;
      assertThrows(() => planTsSegment(snapshot, video, count), RequestError, "its audio is not");
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
