import { assertEquals } from "@std/assert";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { IDENTITY } from "../../lib/mp4/matrix.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import { formatParsing, formatTrackLine } from "../../lib/packager/summary.ts";
import { DESCRIPTION } from "../presentation/synthetic_track.ts";

const AUDIO = { type: "audio", codec: "mp4a.40.2", channels: 2, sampleRate: 48000 };

/** Returns a rendition of 10 seconds. */
function media(rest: object = {}, track: object = {}): Rendition {
  return {
    ...{ type: "video", language: "und", description: DESCRIPTION, frameRate: "25" },
    ...{ timing: { timescale: 25 }, timeline: { times: [0, 100, 250] } },
    ...{ track: { id: 1, matrix: IDENTITY, ...track }, averageBandwidth: 20_040, ...rest },
  } as unknown as Rendition;
}

function text(rest: object): Rendition {
  return {
    ...{ type: "text", language: "fr", webvtt: { cues: [{}, {}] } },
    ...{ duration: { ticks: 8000, timescale: 1000 }, ...rest },
  } as unknown as Rendition;
}

const READ = [
  { type: "text", format: "WebVTT", fileLanguage: "fr", options: { file: "a.vtt" } },
  {
    ...{ type: "text", format: "track 3: text tx3g", fileLanguage: "fr" },
    ...{ track: { id: 3 }, options: { file: "a.mp4" } },
  },
] as unknown as TrackInput[];

const METADATA = { label: "Director", role: "commentary", isDefault: true };
const CAPTIONS = [{ channel: "CC1", language: "eng" }, { channel: "CC3", language: "es" }];

const lines: [what: string, rendition: Rendition, line: string][] = [
  ["video", media(), "track 1: video test.1, 320x180, 25 fps, 10 s, und, 20 kbit/s"],
  [
    "rotated video",
    media({}, { matrix: { ...IDENTITY, a: 0, b: 1, c: -1, d: 0 } }),
    "track 1: video test.1, 180x320, 25 fps, 10 s, und, 20 kbit/s",
  ],
  [
    "a frame rate that is a fraction",
    media({ frameRate: "30000/1001" }),
    "track 1: video test.1, 320x180, 29.97 fps, 10 s, und, 20 kbit/s",
  ],
  [
    "video without a duration",
    media({ frameRate: undefined, averageBandwidth: 0, timeline: { times: [0, 0] } }),
    "track 1: video test.1, 320x180, 0 s, und",
  ],
  [
    "stereo in a language",
    media({ type: "audio", description: AUDIO, language: "fr" }),
    "track 1: audio mp4a.40.2, 2 channels, 48000 Hz, 10 s, fra, 20 kbit/s",
  ],
  [
    "mono with all metadata",
    media({ type: "audio", description: { ...AUDIO, channels: 1 }, ...METADATA }),
    `track 1: audio mp4a.40.2, 1 channel, 48000 Hz, 10 s, und, "Director", commentary, default, 20 kbit/s`,
  ],
  [
    "captions",
    media({ captions: CAPTIONS }),
    "track 1: video test.1, 320x180, 25 fps, 10 s, und, captions CC1=eng CC3=spa, 20 kbit/s",
  ],
  ["a subtitle file", text({}), "text: WebVTT, 2 cues, 8 s, fra"],
  ["a single cue", text({ webvtt: { cues: [{}] } }), "text: WebVTT, 1 cue, 8 s, fra"],
  [
    "a subtitle track without cues",
    text({ trackId: 3, webvtt: { cues: [] }, duration: { ticks: 0, timescale: 1000 } }),
    "track 3: text tx3g, 0 cues, 0 s, fra",
  ],
];

for (const [what, rendition, line] of lines) {
  Deno.test(`formatTrackLine() describes ${what}`, () => {
    assertEquals(formatTrackLine(rendition, READ), `   ${line}`);
  });
}

Deno.test("formatParsing() has the language of the first track", () => {
  assertEquals(formatParsing("a b.mp4", READ), "-- Parsing file='a b.mp4' language='fra'");
  assertEquals(formatParsing("a.mp4", []), "-- Parsing file='a.mp4' language='und'");
});
