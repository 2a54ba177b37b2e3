import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import { createSplitter } from "../../../lib/verify/checks/audio_frames.ts";
import type { SourceSamples, SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import { entry, esds, hex } from "../../codecs/entry.ts";
import { ascii } from "../../mp4/movie_file.ts";
import { recordFindings } from "../recorded_findings.ts";

function source(family: string, ...entries: readonly SampleEntry[]): SourceTrack {
  const track = { entries };
  return { track, rendition: { codec: { family } } } as unknown as SourceTrack;
}

const LC = entry("mp4a", { esds: esds("40", "1190") }); // AAC LC, 48 kHz, stereo
const MPEG2 = entry("mp4a", { esds: esds("67") }, { channels: 2, sampleRate: 48000 });
const MONO = entry("mp4a", { esds: esds("40", "1188") });
const ONE_SAMPLE = { descriptions: Uint32Array.of(0) } as unknown as SourceSamples;

const EXPECTED = "expected 2, 48000 Hz, 2";

/** Frames: syncword, protection_absent, profile, sampling frequency, channels, aac_frame_length. */
const cases: [what: string, of: SampleEntry, bytes: string, frames: string[], string[]][] = [
  ["frames", LC, "fff14c80011ffc a1  fff94c80013ffc b1b2", ["a1", "b1b2"], []],
  ["a frame with a CRC", LC, "fff04c80015ffc eeee a1", ["a1"], []],
  ["frames without an AudioSpecificConfig", MPEG2, "fff94c80011ffc a1", ["a1"], []],
  ["another profile", LC, "fff10c80011ffc a1", ["a1"], [
    `ADTS: got object type 1, 48000 Hz, channel configuration 2; ${EXPECTED}`,
  ]],
  ["another sample rate", LC, "fff15080011ffc a1", ["a1"], [
    `ADTS: got object type 2, 44100 Hz, channel configuration 2; ${EXPECTED}`,
  ]],
  ["other channels", LC, "fff14d40011ffc a1", ["a1"], [
    `ADTS: got object type 2, 48000 Hz, channel configuration 5; ${EXPECTED}`,
  ]],
];

for (const [what, sampleEntry, bytes, frames, expected] of cases) {
  Deno.test(`createSplitter() splits ADTS: ${what}`, () => {
    const { report, findings } = recordFindings();
    const split = createSplitter(source("aac", sampleEntry), report)(hex(bytes), ONE_SAMPLE, 0);
    assertEquals([split.map((frame) => frame.toHex()), findings], [frames, expected]);
  });
}

Deno.test("createSplitter() compares each ADTS header with the sample entry of its sample", () => {
  const { report, findings } = recordFindings();
  const split = createSplitter(source("aac", LC, MONO), report);
  const window = { descriptions: Uint32Array.of(0, 0, 1, 1) } as unknown as SourceSamples;
  const [stereo, mono] = ["fff14c80011ffc a1", "fff14c40011ffc b1"];
  assertEquals(split(hex(stereo + mono), window, 1).map((frame) => frame.toHex()), ["a1", "b1"]);
  assertEquals(findings, []);
  split(hex(mono), window, 1);
  assertEquals(findings.length, 1);
});

const invalid: [bytes: string, message: string][] = [
  ["fff14c80011ffc a1 00", "Cannot find an ADTS frame at byte 8 of 9"],
  ["fff54c80011ffc a1", "Cannot find an ADTS frame at byte 0 of 8"], // layer 2
  ["fff14c80013ffc a1", "Cannot find an ADTS frame at byte 0 of 8"], // a frame of 9 bytes
  ["fff14c8000dffc a1", "Cannot find an ADTS frame at byte 0 of 8"], // of 6: less than the header
];

for (const [bytes, message] of invalid) {
  Deno.test(`createSplitter() rejects ADTS ${bytes}`, () => {
    const split = createSplitter(source("aac", LC), () => {});
    assertThrows(() => split(hex(bytes), ONE_SAMPLE, 0), MediaError, message);
  });
}

/** Samples separated by spaces. */
const splits: [what: string, data: string, samples: string, from: number, parts: string][] = [
  ["equal samples", "abcdef", "abc de f", 0, "abc de f"],
  ["a changed sample at an index", "xyf", "abc de f", 1, "xy f"],
  ["a lost sample", "abcfgh", "abc de f gh", 0, "abc f gh"],
  ["a lost sample before a changed one", "abcfxy", "abc de f gh", 0, "abc f xy"],
  ["a repeated sample", "abcabcde", "abc de f", 0, "abc abc de"],
  ["a changed sample, by its size", "abcdxf", "abc de f", 0, "abc dx f"],
  ["more bytes than the samples have", "abcvwxyz", "a bc", 0, "a bc vw xy z"],
];

for (const [what, data, samples, from, parts] of splits) {
  Deno.test(`createSplitter() splits other codecs by the file: ${what}`, () => {
    const sizes = Uint32Array.from(samples.split(" "), ({ length }) => length);
    const byteOffsets = Float64Array.of(0, ...sizes).map((_, i) =>
      sizes.subarray(0, i).reduce((sum, size) => sum + size, 0)
    );
    const bytes = ascii(samples.replaceAll(" ", ""));
    const window = { count: sizes.length, sizes, byteOffsets, bytes } as unknown as SourceSamples;
    const split = createSplitter(source("ac3", LC), () => {})(ascii(data), window, from);
    assertEquals(split.map((part) => new TextDecoder().decode(part)).join(" "), parts);
  });
}
