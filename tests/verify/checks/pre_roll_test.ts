import { assertEquals } from "@std/assert";
import type { SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import type { MovieFragment } from "../../../lib/verify/readers/fragment.ts";
import { checkRollDistance, checkRolledSamples } from "../../../lib/verify/checks/pre_roll.ts";

const distances: [
  family: string,
  got: number | undefined,
  declared: number | undefined,
  message: string | undefined,
][] = [
  ["aac", -1, -1, undefined],
  ["aac", undefined, undefined, undefined],
  ["aac", undefined, -1, "got roll distance undefined, expected -1"],
  ["aac", -1, undefined, "got roll distance -1, expected undefined"],
  ["opus", -4, -4, undefined],
  ["opus", -4, undefined, undefined],
  ["opus", undefined, undefined, "got roll distance undefined, expected -4"],
  ["avc", undefined, -5, undefined],
];

for (const [family, got, declared, message] of distances) {
  Deno.test(`checkRollDistance() of ${family} compares ${got} with ${declared}`, () => {
    const found: unknown[] = [];
    const samples = { readSamples: () => ({ durations: Uint32Array.of(960) }) };
    const source = {
      track: { timescale: 48000, samples, rollDistance: declared },
      rendition: { codec: { family } },
    } as unknown as SourceTrack;
    checkRollDistance(got, source, (...finding) => found.push(finding));
    assertEquals(found, message === undefined ? [] : [["pre-roll", message]]);
  });
}

const rolled: [samples: number, rollDistance: number | undefined, message: string | undefined][] = [
  [3, -1, undefined],
  [0, undefined, undefined],
  [2, -1, "got 2 samples in a group of pre-roll, expected 3"],
  [3, undefined, "got 3 samples in a group of pre-roll, expected 0"],
];

for (const [rolledSamples, rollDistance, message] of rolled) {
  Deno.test(`checkRolledSamples() compares ${rolledSamples} with ${rollDistance}`, () => {
    const found: unknown[] = [];
    const fragment = { trafs: [{ rolledSamples }], samples: { count: 3 } };
    checkRolledSamples(
      fragment as unknown as MovieFragment,
      rollDistance,
      (...finding) => found.push(finding),
    );
    assertEquals(found, message === undefined ? [] : [["pre-roll", message]]);
  });
}
