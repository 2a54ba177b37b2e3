import { assertEquals } from "@std/assert";
import type { ClosedCaptions } from "../../lib/package/closed_captions.ts";
import { getCaptions } from "../../lib/presentation/captions.ts";
import { audioSet, videoSet } from "./synthetic_sets.ts";

const of = (channel: string, language: string, label?: string): ClosedCaptions => ({
  channel,
  language,
  ...label ? { label } : {},
});

const cases: [name: string, captions: ClosedCaptions[][], found: string[]][] = [
  ["none", [[]], []],
  ["languages", [[of("CC1", "eng"), of("CC3", "fre")]], ["CC1 en English", "CC3 fr Français"]],
  ["one language in both kinds", [[of("CC1", "eng"), of("SERVICE1", "eng")]], [
    "CC1 en English",
    "SERVICE1 en English (SERVICE1)",
  ]],
  ["labels", [[of("CC1", "eng", "Teletype")]], ["CC1 en Teletype"]],
  [
    "several renditions, a channel once",
    [[of("CC1", "eng")], [of("CC1", "spa"), of("CC2", "spa")]],
    [
      "CC1 en English",
      "CC2 es Español",
    ],
  ],
];

for (const [name, captions, expected] of cases) {
  Deno.test(`getCaptions() returns ${name}`, () => {
    const renditions = captions.flatMap((one) => videoSet({ captions: one }).renditions);
    const found = getCaptions([...audioSet().renditions, ...renditions]);
    assertEquals(found.map((one) => `${one.channel} ${one.language} ${one.label}`), expected);
  });
}
