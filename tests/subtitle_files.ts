/** The same cues in every form that AMS reads, beside a picture whose key frames fall on no whole millisecond. */

import { concat } from "./mp4/movie_file.ts";
import {
  fragmented,
  packed,
  progressive,
  stppEntry,
  type TextSample,
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

/** Within a segment, over borders at 2 and 4 s, with a gap, and up to the end; none over another. */
export const CUES: readonly PlainCue[] = [
  { start: 40, end: 1234, text: "Within a segment" },
  { start: 1500, end: 2500, text: "Over a border & <more>\nin two lines" },
  { start: 2500, end: 4999, text: "Over another, to the millisecond" },
  { start: 5100, end: 6000, text: "To the end" },
];

/** One more, which some forms can't show at the same time. */
export const OVERLAPPING: PlainCue = { start: 1800, end: 3000, text: "Under two others" };

export interface TextFixture {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly cues: readonly PlainCue[];
}

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const encode = (text: string) => new TextEncoder().encode(text);
const all = [...CUES.slice(0, 2), OVERLAPPING, ...CUES.slice(2)];

function clock(time: number, comma: string): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `00:00:${two(time / 1000)}${comma}${String(time % 1000).padStart(3, "0")}`;
}

function srt(): string {
  return all.map(({ start, end, text }, i) =>
    `${i + 1}\n${clock(start, ",")} --> ${clock(end, ",")}\n${text}\n\n`
  ).join("");
}

function vtt(): string {
  const cues = all.map(({ start, end, text }) =>
    `${clock(start, ".")} --> ${clock(end, ".")}\n${escaped(text)}\n`
  );
  return ["WEBVTT\n", ...cues].join("\n");
}

const TTML_ROOT =
  `<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ` +
  `ttp:profile="http://www.w3.org/ns/ttml/profile/imsc1/text" xml:lang="en">`;

/** @param start and `end` of what the document is for */
function ttml(start = 0, end = Infinity): string {
  const paragraphs = all.filter((cue) => cue.start < end && cue.end > start).map((cue) =>
    `<p begin="${clock(cue.start, ".")}" end="${clock(cue.end, ".")}">${
      escaped(cue.text).replace("\n", "<br/>")
    }</p>`
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${TTML_ROOT}<body><div>${
    paragraphs.join("")
  }</div></body></tt>`;
}

/** Samples between all times at which something comes or goes. */
function samples(
  cues: readonly PlainCue[],
  write: (shown: PlainCue[]) => Uint8Array,
): TextSample[] {
  const times = [...new Set([0, ...cues.flatMap(({ start, end }) => [start, end])])].sort((a, b) =>
    a - b
  );
  return times.slice(0, -1).map((time, i) => ({
    duration: times[i + 1]! - time,
    bytes: write(cues.filter(({ start, end }) => start <= time && time < end)),
  }));
}

/** Documents of two seconds each. */
const documents = [0, 2000, 4000].map((start) => ({
  duration: 2000,
  bytes: encode(ttml(start, start + 2000)),
}));

const wvtt = {
  handler: "text",
  entry: wvttEntry(),
  samples: samples(
    all,
    (shown) => shown.length === 0 ? VTTE : concat(...shown.map(({ text }) => vttc(escaped(text)))),
  ),
};

const stpp = {
  handler: "subt",
  entry: stppEntry("application/ttml+xml;codecs=im1t"),
  samples: documents,
  language: packed("deu"),
};

const tx3g = {
  handler: "sbtl",
  entry: tx3gEntry(),
  samples: samples(CUES, ([shown]) => tx3gSample(shown?.text ?? "")),
};

export const TEXTS: readonly TextFixture[] = [
  { file: "cues.en.vtt", bytes: encode(vtt()), cues: all },
  { file: "cues.en.srt", bytes: encode(srt().replaceAll("\n", "\r\n")), cues: all },
  { file: "cues.ttml", bytes: encode(ttml()), cues: all },
  { file: "tx3g.mp4", bytes: progressive(tx3g), cues: CUES },
  { file: "tx3g-fragments.mp4", bytes: fragmented(tx3g), cues: CUES },
  { file: "wvtt.mp4", bytes: progressive(wvtt), cues: all },
  { file: "wvtt-fragments.mp4", bytes: fragmented(wvtt), cues: all },
  { file: "stpp.mp4", bytes: progressive(stpp), cues: all },
  { file: "stpp-fragments.mp4", bytes: fragmented(stpp), cues: all },
];

/** Content of one of them. */
export function textFile(name: string): Uint8Array {
  return TEXTS.find(({ file }) => file === name)!.bytes;
}

/** The picture that they go with: key frames at 0, 2.002 and 4.004 s. */
export const PICTURE = "test-avc-2997fps.mp4";

/** Writes them all into a folder, with the picture. */
export async function writeTexts(folder: string): Promise<void> {
  for (const { file, bytes } of TEXTS) await Deno.writeFile(`${folder}/${file}`, bytes);
  await Deno.copyFile(new URL(`../testdata/${PICTURE}`, import.meta.url), `${folder}/${PICTURE}`);
}
