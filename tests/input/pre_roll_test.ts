import { assertEquals } from "@std/assert";
import { aac } from "../../lib/codecs/aac.ts";
import { avc } from "../../lib/codecs/avc.ts";
import type { Codec } from "../../lib/codecs/codec.ts";
import { mp3 } from "../../lib/codecs/mp3.ts";
import { opus } from "../../lib/codecs/opus.ts";
import { withPreRoll } from "../../lib/input/pre_roll.ts";
import type { Track } from "../../lib/mp4/movie.ts";

/** Roll distances: of the file, and of the track. */
const cases: [
  codec: Codec,
  seconds: number,
  declared: number | undefined,
  expected: number | undefined,
][] = [
  [opus, 0.02, -4, -4],
  [opus, 0.02, undefined, -4],
  [opus, 0.0025, undefined, -32],
  [opus, 0.06, undefined, -2],
  [opus, 0, undefined, undefined],
  [aac, 1024 / 48000, -1, -1],
  [aac, 1024 / 48000, undefined, undefined],
  [avc, 0.04, -5, undefined],
];

for (const [codec, seconds, declared, expected] of cases) {
  Deno.test(`withPreRoll() of ${codec.family} in samples of ${seconds} s: ${declared} to ${expected}`, async () => {
    const durations = Uint32Array.of(Math.round(seconds * 48000));
    const track = {
      timescale: 48000,
      samples: { readSamplesUncached: () => ({ durations }) },
      ...declared !== undefined && { rollDistance: declared },
    } as unknown as Track;
    assertEquals((await withPreRoll(track, codec)).rollDistance, expected);
  });
}

/** Packets before an edit. */
const primings: [codec: Codec, track: Partial<Track>, expected: number | undefined][] = [
  [opus, {}, 4],
  [opus, { rollDistance: -2 }, 2],
  [opus, { rollDistance: -1 }, undefined],
  [aac, {}, undefined],
  [aac, { rollDistance: -3 }, 3],
  [aac, { preRollDistance: -5, rollDistance: -3 }, 5],
  [mp3, { rollDistance: -2 }, 2],
];

for (const [codec, declared, expected] of primings) {
  Deno.test(`withPreRoll() of ${codec.family} with ${JSON.stringify(declared)} needs ${expected ?? 1} packets before an edit`, async () => {
    const samples = { readSamplesUncached: () => ({ durations: Uint32Array.of(960) }) };
    const track = { timescale: 48000, samples, ...declared } as unknown as Track;
    assertEquals((await withPreRoll(track, codec)).primingPackets, expected);
  });
}
