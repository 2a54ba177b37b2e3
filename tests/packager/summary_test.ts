import { assertEquals } from "@std/assert";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type { MediaInput, TrackInput } from "../../lib/input/track_input.ts";
import { summarizeFile } from "../../lib/packager/summary.ts";
import { buildTrack, type Columns, DESCRIPTION } from "../presentation/synthetic_track.ts";

const AUDIO = { type: "audio", codec: "mp4a.40.2", channels: 2, sampleRate: 48000 };

/** Returns a track of 25 ticks a second, in samples of 100 bytes. */
function media(columns: Columns, rest: object = {}, track: object = {}): TrackInput {
  return {
    ...{ type: "video", description: DESCRIPTION, options: { file: "a.mp4" } },
    track: { ...buildTrack(columns, 25), ...track },
    edit: { start: 0, end: Infinity },
    ...rest,
  } as unknown as MediaInput;
}

function text(rest: object): TrackInput {
  return {
    ...{ type: "text", format: "WebVTT", fileLanguage: "fr", options: { file: "a.vtt" } },
    ...{ webvtt: { cues: [{}, {}] }, webvttBytes: new Uint8Array(500), end: 8000, ...rest },
  } as unknown as TrackInput;
}

const METADATA = { file: "a.mp4", label: "Director", role: "commentary", default: true };
const CAPTIONS = [{ channel: "CC1", language: "eng" }, { channel: "CC3", language: "es" }];
const VIDEO = { durations: 1, count: 250 };

const lines: [what: string, input: TrackInput, line: string][] = [
  ["video", media(VIDEO), "track 1: video test.1, 320x180, 25 fps, 10 s, und, 20 kbit/s"],
  [
    "rotated video",
    media(VIDEO, {}, { matrix: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 } }),
    "track 1: video test.1, 180x320, 25 fps, 10 s, und, 20 kbit/s",
  ],
  [
    "an edit of 4 seconds",
    media(VIDEO, { edit: { start: 50, end: 150 } }),
    "track 1: video test.1, 320x180, 25 fps, 4 s, und, 20 kbit/s",
  ],
  [
    "video without a duration",
    media({ durations: [0] }),
    "track 1: video test.1, 320x180, 0 s, und",
  ],
  [
    "stereo in a language of the file",
    media(VIDEO, { type: "audio", description: AUDIO }, { language: "fra" }),
    "track 1: audio mp4a.40.2, 2 channels, 48000 Hz, 10 s, fra, 20 kbit/s",
  ],
  [
    "mono with all metadata",
    media(VIDEO, { type: "audio", description: { ...AUDIO, channels: 1 }, options: METADATA }),
    `track 1: audio mp4a.40.2, 1 channel, 48000 Hz, 10 s, und, "Director", commentary, default, 20 kbit/s`,
  ],
  [
    "captions",
    media(VIDEO, { options: { file: "a.mp4", captions: CAPTIONS } }),
    "track 1: video test.1, 320x180, 25 fps, 10 s, und, captions CC1=eng CC3=spa, 20 kbit/s",
  ],
  ["a subtitle file", text({}), "text: WebVTT, 2 cues, 8 s, fra, 0.5 kbit/s"],
  [
    "a single cue",
    text({ webvtt: { cues: [{}] } }),
    "text: WebVTT, 1 cue, 8 s, fra, 0.5 kbit/s",
  ],
  [
    "a subtitle track without cues",
    text({ format: "track 3: text tx3g", track: {}, webvtt: { cues: [] }, end: 0 }),
    "track 3: text tx3g, 0 cues, 0 s, fra",
  ],
];

for (const [what, input, line] of lines) {
  Deno.test(`summarizeFile() describes ${what}`, () => {
    assertEquals(summarizeFile("a.mp4", [input]).slice(1), [`   ${line}`]);
  });
}

Deno.test("summarizeFile() begins with the line of 2015, in the language of the first track", () => {
  const [first] = summarizeFile("a b.mp4", [text({}), media(VIDEO)]);
  assertEquals(first, "-- Parsing file='a b.mp4' language='fra'");
  assertEquals(summarizeFile("a.mp4", []), ["-- Parsing file='a.mp4' language='und'"]);
});
