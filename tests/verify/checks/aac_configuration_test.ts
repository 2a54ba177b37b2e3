import { assertEquals } from "@std/assert";
import type { Description } from "../../../lib/codecs/codec.ts";
import { findAacDifference } from "../../../lib/verify/checks/aac_configuration.ts";
import { entry, esds } from "../../codecs/entry.ts";

type Configuration = [objectType: string, config: string];

const cases: [
  got: Configuration,
  source: Configuration,
  description: [codec: string, sampleRate: number],
  difference: string | undefined,
][] = [
  [["40", "1190"], ["40", "1190"], ["mp4a.40.2", 48000], undefined],
  [["40", "1190"], ["67", "1190"], ["mp4a.40.2", 48000], undefined],
  [["40", "1190"], ["67", ""], ["mp4a.40.2", 48000], undefined],
  [["40", "0990"], ["66", ""], ["mp4a.40.1", 48000], undefined],
  [["40", "131056e598"], ["40", "1310"], ["mp4a.40.5", 48000], undefined],
  [["40", "130856e59d4880"], ["40", "1308"], ["mp4a.40.29", 48000], undefined],
  [["40", "eb098800"], ["40", "2b098800"], ["mp4a.40.29", 48000], undefined],
  [["67", "1190"], ["67", "1190"], ["mp4a.40.2", 48000], "its object type is 0x67, expected 0x40"],
  [["40", ""], ["67", ""], ["mp4a.40.2", 48000], "its AudioSpecificConfig is missing"],
  [
    ["40", "1188"],
    ["67", ""],
    ["mp4a.40.2", 48000],
    "its AudioSpecificConfig declares 2,48000,1, expected 2,48000,2",
  ],
  [
    ["40", "1210"],
    ["40", "1190"],
    ["mp4a.40.2", 48000],
    "its AudioSpecificConfig differs from the file",
  ],
  [["40", "1310"], ["40", "1310"], ["mp4a.40.5", 48000], "it signals SBR undefined, expected true"],
  [
    ["40", "130856e598"],
    ["40", "1308"],
    ["mp4a.40.29", 48000],
    "it signals parametric stereo undefined, expected true",
  ],
  [
    ["40", "131056e598"],
    ["40", "1310"],
    ["mp4a.40.2", 24000],
    "it signals SBR true, expected undefined",
  ],
  [
    ["40", "131056e5a0"],
    ["40", "1310"],
    ["mp4a.40.5", 48000],
    "it decodes to 44100 Hz, expected 48000",
  ],
];

for (const [got, source, [codec, sampleRate], difference] of cases) {
  Deno.test(`findAacDifference() of ${got.join(" ")} for ${source.join(" ")}: ${difference}`, () => {
    const [actual, expected] = [got, source].map(([objectType, config]) =>
      entry("mp4a", { esds: esds(objectType, config) }, { channels: 2, sampleRate: 48000 })
    );
    const description = { type: "audio", codec, sampleRate } as Description;
    assertEquals(findAacDifference(actual!, expected!, description), difference);
  });
}

Deno.test("findAacDifference() compares bitrates", () => {
  const [got, source] = ["00000001", "00000002"].map((rate) =>
    entry("mp4a", { esds: esds("40", "1190").replace("00000000 05", `${rate} 05`) })
  );
  const description = { type: "audio", codec: "mp4a.40.2", sampleRate: 48000 } as Description;
  assertEquals(findAacDifference(got!, source!, description), "its esds differs from the file");
});
