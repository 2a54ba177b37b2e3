/** Subtitle fixtures with the same cues in every input format, and a video whose key frames are not at whole milliseconds. */

import { concat } from "./mp4/movie_file.ts";
import {
  buildFragmentedMovie,
  buildProgressiveMovie,
  type MovieSample,
  packLanguage,
  stppEntry,
  tx3gEntry,
  tx3gSample,
  vttc,
  VTTE,
  wvttEntry,
} from "./subtitle_movie.ts";

export interface PlainCue {
  /** In milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Cues without overlaps: within a segment, across the boundaries at 2 and 4 s, after a gap, and to the end. */
export const CUES: readonly PlainCue[] = [
  { start: 40, end: 1234, text: "Within a segment" },
  { start: 1500, end: 2500, text: "Over a border & <more>\nin two lines" },
  { start: 2500, end: 4999, text: "Over another, to the millisecond" },
  { start: 5100, end: 6000, text: "To the end" },
];

/** Overlapping cue, which tx3g does not support. */
export const OVERLAPPING_CUE: PlainCue = { start: 1800, end: 3000, text: "Under two others" };

export interface SubtitleFixture {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly cues: readonly PlainCue[];
}

const escapeMarkup = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const encode = (text: string) => new TextEncoder().encode(text);
const all = [...CUES.slice(0, 2), OVERLAPPING_CUE, ...CUES.slice(2)];

function formatClock(time: number, comma: string): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `00:00:${two(time / 1000)}${comma}${String(time % 1000).padStart(3, "0")}`;
}

function formatSrt(): string {
  return all.map(({ start, end, text }, i) =>
    `${i + 1}\n${formatClock(start, ",")} --> ${formatClock(end, ",")}\n${text}\n\n`
  ).join("");
}

function formatVtt(): string {
  const cues = all.map(({ start, end, text }) =>
    `${formatClock(start, ".")} --> ${formatClock(end, ".")}\n${escapeMarkup(text)}\n`
  );
  return ["WEBVTT\n", ...cues].join("\n");
}

const TTML_ROOT =
  `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ` +
  `ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text" xml:lang="en">`;

/** Formats the cues that are shown in `[start, end)`, in milliseconds. */
function formatTtmlDocument(start = 0, end = Infinity): string {
  const paragraphs = all.filter((cue) => cue.start < end && cue.end > start).map((cue) =>
    `<p begin="${formatClock(cue.start, ".")}" end="${formatClock(cue.end, ".")}">${
      escapeMarkup(cue.text).replace("\n", "<br/>")
    }</p>`
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${TTML_ROOT}<body><div>${
    paragraphs.join("")
  }</div></body></tt>`;
}

/** Builds a sample for each interval without changes. */
function buildSamples(
  cues: readonly PlainCue[],
  write: (shown: PlainCue[]) => Uint8Array,
): MovieSample[] {
  const times = [...new Set([0, ...cues.flatMap(({ start, end }) => [start, end])])].sort((a, b) =>
    a - b
  );
  return times.slice(0, -1).map((time, i) => ({
    duration: times[i + 1]! - time,
    bytes: write(cues.filter(({ start, end }) => start <= time && time < end)),
  }));
}

/** TTML documents of two seconds each. */
const documents = [0, 2000, 4000].map((start) => ({
  duration: 2000,
  bytes: encode(formatTtmlDocument(start, start + 2000)),
}));

const wvtt = {
  handler: "text",
  entry: wvttEntry(),
  samples: buildSamples(
    all,
    (shown) =>
      shown.length === 0 ? VTTE : concat(...shown.map(({ text }) => vttc(escapeMarkup(text)))),
  ),
};

const stpp = {
  handler: "subt",
  entry: stppEntry("application/ttml+xml;codecs=im1t"),
  samples: documents,
  language: packLanguage("deu"),
};

const tx3g = {
  handler: "sbtl",
  entry: tx3gEntry(),
  samples: buildSamples(CUES, ([shown]) => tx3gSample(shown?.text ?? "")),
};

export const SUBTITLE_FIXTURES: readonly SubtitleFixture[] = [
  { file: "cues.en.vtt", bytes: encode(formatVtt()), cues: all },
  { file: "cues.en.srt", bytes: encode(formatSrt().replaceAll("\n", "\r\n")), cues: all },
  { file: "cues.ttml", bytes: encode(formatTtmlDocument()), cues: all },
  { file: "tx3g.mp4", bytes: buildProgressiveMovie(tx3g), cues: CUES },
  { file: "tx3g-fragments.mp4", bytes: buildFragmentedMovie(tx3g), cues: CUES },
  { file: "wvtt.mp4", bytes: buildProgressiveMovie(wvtt), cues: all },
  { file: "wvtt-fragments.mp4", bytes: buildFragmentedMovie(wvtt), cues: all },
  { file: "stpp.mp4", bytes: buildProgressiveMovie(stpp), cues: all },
  { file: "stpp-fragments.mp4", bytes: buildFragmentedMovie(stpp), cues: all },
];

/** Returns the content of a fixture. */
export function getSubtitleFile(name: string): Uint8Array {
  return SUBTITLE_FIXTURES.find(({ file }) => file === name)!.bytes;
}

/** Video with key frames at 0, 2.002 and 4.004 s. */
export const VIDEO_FILE = "test-avc-2997fps.mp4";

/** Writes all fixtures and the video into a directory. */
export async function writeSubtitleFixtures(directory: string): Promise<void> {
  for (const { file, bytes } of SUBTITLE_FIXTURES) {
    await Deno.writeFile(`${directory}/${file}`, bytes);
  }
  await Deno.copyFile(
    new URL(`../testdata/${VIDEO_FILE}`, import.meta.url),
    `${directory}/${VIDEO_FILE}`,
  );
}
