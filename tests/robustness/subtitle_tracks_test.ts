/** Decodes hostile subtitle tracks of each sample entry type. */

import { ByteReader } from "../../lib/bytes.ts";
import { findSubtitleCodec } from "../../lib/codecs/mod.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { assertLinear } from "../doubling.ts";
import { concat, stsd } from "../mp4/movie_file.ts";
import { stppEntry, styl, tx3gEntry, tx3gSample, vttc, wvttEntry } from "../subtitle_movie.ts";

interface HostileTrack {
  readonly entry: Uint8Array;
  readonly samples: readonly Uint8Array[];
}

const encoder = new TextEncoder();

function many<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: Math.ceil(count) }, (_, i) => make(i));
}

function toTtml(body: string): Uint8Array {
  const text = `<tt xmlns="http://www.w3.org/ns/ttml"><body><div>${body}</div></body></tt>`;
  return encoder.encode(text);
}

/** A paragraph that is repeated 200 times, each time with another span. */
const CHANGES = `<p begin="0s" end="9s">a${
  many(200, (i) => `<span begin="${i}ms">a</span>`).join("")
}</p>`;

const TEXT = "a".repeat(2 ** 15);

const TRACKS: Record<string, (size: number) => HostileTrack> = {
  "wvtt with many samples": (size) => ({
    entry: wvttEntry(),
    samples: many(size / 20, (i) => vttc(String(i))),
  }),
  "wvtt with samples of many cues": (size) => ({
    entry: wvttEntry(),
    samples: many(size / 2 ** 16, () => concat(...many(2 ** 11, (i) => vttc(String(i))))),
  }),
  "wvtt with samples of equal cues": (size) => ({
    entry: wvttEntry(),
    samples: many(size / 2 ** 16, () => concat(...many(2 ** 11, () => vttc("a")))),
  }),
  "wvtt with a configuration that ends with NULs": (size) => ({
    entry: wvttEntry(`WEBVTT${"\0".repeat(size)}a`),
    samples: [vttc("a")],
  }),
  "wvtt with a cue of blanks and arrows": (size) => ({
    entry: wvttEntry(),
    samples: [vttc(`${" ".repeat(size / 2)}a${"--".repeat(size / 4)}`)],
  }),
  "wvtt with empty boxes": (size) => ({
    entry: wvttEntry(),
    samples: [encoder.encode("\0\0\0\bvtte".repeat(size / 8))],
  }),
  "stpp with many documents": (size) => ({
    entry: stppEntry(),
    samples: many(size / 100, () => toTtml('<p begin="0s" end="9s">a</p>')),
  }),
  "stpp with documents whose spans change": (size) => ({
    entry: stppEntry(),
    samples: many(size / 6000, () => toTtml(CHANGES)),
  }),
  "stpp with a MIME type of blanks": (size) => ({
    entry: stppEntry(`${"codecs".repeat(size / 12)}codecs${" ".repeat(size / 2)}`),
    samples: [toTtml("")],
  }),
  "tx3g with many samples": (size) => ({
    entry: tx3gEntry(),
    samples: many(size / 10, (i) => tx3gSample(String(i))),
  }),
  "tx3g with many styles": (size) => ({
    entry: tx3gEntry(),
    samples: many(
      size / 2 ** 17,
      () =>
        tx3gSample(
          TEXT,
          styl(...many(2 ** 12, (i): [number, number, number, number] => [i, i + 1, i % 8, i])),
        ),
    ),
  }),
  "tx3g with styles that overlap": (size) => ({
    entry: tx3gEntry(),
    samples: many(
      size / 2 ** 17,
      () =>
        tx3gSample(
          TEXT,
          styl(...many(2 ** 12, (i): [number, number, number, number] => [0, 2 ** 15, i % 8, i])),
        ),
    ),
  }),
};

for (const [trait, build] of Object.entries(TRACKS)) {
  Deno.test(`SubtitleCodec.decode() takes time in proportion to a track of ${trait}`, () => {
    assertLinear(build, decode);
  });
}

function decode({ entry: bytes, samples }: HostileTrack): void {
  const entry = readStsd(new ByteReader(stsd(bytes).subarray(8)), "text")[0]!;
  const rectangle = { x: 0, y: 0, width: 0, height: 0 };
  findSubtitleCodec(entry)!.decode(
    entry,
    samples.map((bytes, i) => ({
      start: i * 1000,
      end: i * 1000 + 1000,
      timeOffset: i * 1000,
      entry,
      bytes,
    })),
    { track: rectangle, video: rectangle },
  );
}
