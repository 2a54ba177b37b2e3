import { assertEquals } from "@std/assert";
import type { SegmentedTrack } from "../../lib/presentation/segmenter.ts";
import { containsCaptions, warnUndeclaredCaptions } from "../../lib/presentation/caption_probe.ts";
import { ascii, concat, memorySource, u8 } from "../mp4/movie_file.ts";
import { buildTable } from "./synthetic_track.ts";

/** Returns an SEI message with the signature of captions and these triples of cc_data. */
function sei(count: number, ...triples: number[]): Uint8Array {
  return concat(
    u8(6, 4, 40, 0xB5, 0, 0x31),
    ascii("GA94"),
    u8(3, 0xC0 | count, 0xFF, ...triples, 0xFF),
  );
}

const samples: [name: string, bytes: Uint8Array, expected: boolean][] = [
  ["nothing", u8(), false],
  ["a sample without captions", u8(0, 0, 0, 1, 0xB5, 0, 0x31, 0x65), false],
  ["a line of CEA-608", sei(1, 0xFC, 0x94, 0x20), true],
  ["the other line", sei(2, 0xFC, 0x80, 0x80, 0xFD, 0x15, 0x2C), true],
  ["a packet of CEA-708", sei(1, 0xFF, 0x02, 0x21), true],
  ["padding of CEA-608", sei(2, 0xFC, 0x80, 0x80, 0xFD, 0x80, 0x80), false],
  ["padding of CEA-708", sei(1, 0xFA, 0x00, 0x00), false],
  ["data marked invalid", sei(1, 0xF8, 0x94, 0x20), false],
  ["no triple", sei(0, 0xFC, 0x94, 0x20), false],
  ["a count beyond the data", sei(31, 0xFC, 0x80, 0x80), false],
  ["captions after other data of ATSC", concat(u8(0xB5, 0, 0x31), sei(1, 0xFC, 0x94, 0x20)), true],
  ["truncated captions", sei(1, 0xFC, 0x94, 0x20).subarray(0, 12), false],
];

for (const [name, bytes, expected] of samples) {
  Deno.test(`containsCaptions() returns ${expected} for ${name}`, () => {
    assertEquals(containsCaptions(bytes), expected);
  });
}

/** Returns a track of 100 samples of 40 bytes; the one at the ninth hashed point has captions. */
function buildSegmented(options: Partial<SegmentedTrack["options"]>, family = "avc") {
  const bytes = new Uint8Array(1000 + 100 * 40);
  bytes.set(sei(1, 0xFC, 0x94, 0x20), 1000 + 52 * 40);
  const { source, reads } = memorySource(bytes);
  const samples = buildTable({ durations: 1, count: 100, sizes: Array(100).fill(40) });
  const track = {
    type: "video",
    codec: { family },
    track: { samples },
    source,
    timing: { first: 0, end: 100 },
    options: { file: "a.mp4", ...options },
  } as unknown as SegmentedTrack;
  return { track, reads };
}

const WARNING = "a.mp4: the video contains closed captions that manifests do not declare: " +
  "declare them with --captions CC1=eng";

const tracks: [
  name: string,
  options: Partial<SegmentedTrack["options"]>,
  family: string,
  reads: number,
  warnings: string[],
][] = [
  ["undeclared captions", {}, "avc", 9, [WARNING]],
  ["undeclared captions of HEVC", {}, "hevc", 9, [WARNING]],
  ["declared captions", { captions: [{ channel: "CC1", language: "eng" }] }, "avc", 0, []],
  ["a track of a package", { openGop: false }, "avc", 0, []],
  ["a codec without SEI", {}, "vp9", 0, []],
];

for (const [name, options, family, expected, warnings] of tracks) {
  Deno.test(`warnUndeclaredCaptions() returns ${warnings.length} warnings for ${name}`, async () => {
    const { track, reads } = buildSegmented(options, family);
    assertEquals(await warnUndeclaredCaptions(track), warnings);
    assertEquals(reads.length, expected);
  });
}
