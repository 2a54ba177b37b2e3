import { assertEquals } from "@std/assert";
import { assignNames } from "../../lib/presentation/rendition_names.ts";
import type { UnnamedRendition } from "../../lib/presentation/rendition_names.ts";

const video: UnnamedRendition = { type: "video", language: "en", averageBandwidth: 400000 };
const text: UnnamedRendition = { type: "text", language: "fr", averageBandwidth: 100 };

const cases: [name: string, pieces: (UnnamedRendition & { name?: string })[], names: string[]][] = [
  ["type, language, bandwidth", [video, text], ["video_eng=400000", "caption_fra"]],
  ["equal ones are told apart", [video, video, text, text, video], [
    "video_eng=400000",
    "video_eng=400000_2",
    "caption_fra",
    "caption_fra_2",
    "video_eng=400000_3",
  ]],
  ["what the operator named stays", [video, { ...video, name: "video_eng=400000" }], [
    "video_eng=400000_2",
    "video_eng=400000",
  ]],
  ["a language without a code", [{ ...text, language: "x-klingon" }], ["caption_und"]],
];

for (const [name, pieces, names] of cases) {
  Deno.test(`nameAll(): ${name}`, () => {
    assertEquals(assignNames(pieces.map((piece) => ({ name: undefined, ...piece }))), names);
  });
}
