import { assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { InputLimits } from "../../lib/presentation/input_limits.ts";

/** The part of a track that is counted. */
const buildTrack = (count: number, codec = {}) =>
  ({ type: "audio", codec, track: { samples: { count } } }) as TrackInput;

const buildSubtitles = (cueCount: number, size = 0) =>
  ({
    type: "text",
    webvtt: { cues: { length: cueCount } },
    webvttBytes: { length: size },
  }) as TrackInput;

function assertRejects(limits: InputLimits, input: TrackInput, message: string): void {
  assertThrows(() => limits.add(input), MediaError, message);
}

Deno.test("InputLimits rejects more than 1000 tracks", () => {
  const limits = new InputLimits();
  const track = buildTrack(10);
  for (let i = 0; i < 1000; i++) limits.add(track);
  assertRejects(limits, track, "Cannot serve 1001 tracks, expected at most 1000");
});

Deno.test("InputLimits rejects too many samples, counting those of a track once", () => {
  const limits = new InputLimits();
  const track = buildTrack(2 ** 25);
  for (let i = 0; i < 3; i++) limits.add(track);
  limits.add(buildTrack(2 ** 25));
  const message = "Cannot serve 67108865 samples of all tracks, expected at most 67108864";
  assertRejects(limits, buildTrack(1), message);
});

Deno.test("InputLimits counts a sample for 1024 frames of PCM", () => {
  const limits = new InputLimits();
  for (let i = 0; i < 100; i++) limits.add(buildTrack(2 ** 29, { hasFrameSamples: true }));
  limits.add(buildTrack(2 ** 24 - 2 ** 21));
  limits.add(buildTrack(0));
  const message = "Cannot serve 67108865 samples of all tracks, expected at most 67108864";
  assertRejects(limits, buildTrack(1), message);
});

Deno.test("InputLimits rejects too many cues, counting those of a file once", () => {
  const limits = new InputLimits();
  const subtitles = buildSubtitles(2 ** 19);
  for (let i = 0; i < 3; i++) limits.add(subtitles);
  limits.add(buildSubtitles(2 ** 19));
  const message = "Cannot serve 1048577 cues of all subtitles, expected at most 1048576";
  assertRejects(limits, buildSubtitles(1), message);
});

Deno.test("InputLimits rejects too large subtitles", () => {
  const limits = new InputLimits();
  limits.add(buildSubtitles(1, 2 ** 26));
  const message = "Cannot serve 67108865 bytes of all subtitles, expected at most 67108864";
  assertRejects(limits, buildSubtitles(1, 1), message);
});
