import { assertEquals } from "@std/assert";
import { assignNames } from "../../lib/presentation/rendition_names.ts";
import type { UnnamedRendition } from "../../lib/presentation/rendition_names.ts";

const video: UnnamedRendition = { type: "video", language: "en", averageBandwidth: 400000 };
const text: UnnamedRendition = { type: "text", language: "fr", averageBandwidth: 100 };

const cases: [
  name: string,
  renditions: (UnnamedRendition & { name?: string })[],
  names: string[],
][] = [
  ["type, language, bandwidth", [video, text], ["video_eng=400000", "caption_fra"]],
  ["numbers for equal names", [video, video, text, text, video], [
    "video_eng=400000",
    "video_eng=400000_2",
    "caption_fra",
    "caption_fra_2",
    "video_eng=400000_3",
  ]],
  ["the operator's names unchanged", [video, { ...video, name: "video_eng=400000" }], [
    "video_eng=400000_2",
    "video_eng=400000",
  ]],
  ["whole tags with a script, a region or no code of three letters", [
    { ...text, language: "x-klingon" },
    { ...text, language: "yue" },
    { ...text, language: "zh-Hant" },
    { ...video, type: "audio", language: "pt-BR" },
    { ...video, type: "audio", language: "pt-BR" },
  ], [
    "caption_x-klingon",
    "caption_yue",
    "caption_zh-Hant",
    "audio_pt-BR=400000",
    "audio_pt-BR=400000_2",
  ]],
  ["und for no language", [{ ...text, language: "und" }], ["caption_und"]],
];

for (const [name, renditions, names] of cases) {
  Deno.test(`assignNames() returns ${name}`, () => {
    assertEquals(
      assignNames(renditions.map((rendition) => ({ name: undefined, ...rendition }))),
      names,
    );
  });
}
