import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { readStppEntry, readStppSample } from "../../lib/subtitles/stpp.ts";
import { TtmlReader } from "../../lib/subtitles/ttml/reader.ts";
import { stsd } from "../mp4/movie_file.ts";
import { stppEntry } from "../subtitle_movie.ts";
import { inBody, ttmlDocument } from "./ttml/document.ts";

Deno.test("readStppEntry() reads namespaces and the profile of mime", () => {
  const bytes = stsd(stppEntry('application/ttml+xml;codecs="im1t"')).subarray(8);
  const [entry] = readStsd(new ByteReader(bytes), "subt");
  assertEquals(readStppEntry(entry!), {
    namespaces: ["http://www.w3.org/ns/ttml"],
    mimeTypes: [],
    profile: "im1t",
  });
  assertThrows(
    () => readStppEntry({ ...entry!, bytes: new Uint8Array(8) }),
    MediaError,
    "Cannot read stpp: expected at least 16 bytes",
  );
});

/** Document times and track offset in milliseconds, of a sample of 10 to 12 s, and the expected cue. */
const samples: [
  what: string,
  times: [begin: number, end: number],
  timeOffset: number,
  cue: [start: number, end: number],
  warnings: number,
][] = [
  ["track times", [10500, 11000], 0, [10500, 11000], 0],
  ["an edit list", [9500, 10000], 1000, [10500, 11000], 0],
  ["cues past the sample", [9000, 15000], 0, [10000, 12000], 0],
  ["times relative to the sample", [500, 1000], 0, [10500, 11000], 1],
];

for (const [what, [begin, end], timeOffset, cue, warnings] of samples) {
  Deno.test(`readStppSample() reads ${what}`, () => {
    const text = ttmlDocument(inBody(`<p begin="${begin}ms" end="${end}ms">a</p>`));
    const reader = new TtmlReader();
    const sample = { bytes: new TextEncoder().encode(text), start: 10000, end: 12000, timeOffset };
    const { cues } = readStppSample(sample, reader);
    assertEquals(cues.map(({ start, end }) => [start, end]), [cue]);
    assertEquals(reader.warnings.list.length, warnings);
  });
}
