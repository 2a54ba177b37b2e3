import { assertEquals } from "@std/assert";
import { nameAll } from "../../lib/presentation/rendition_names.ts";
import type { Nameless } from "../../lib/presentation/rendition_names.ts";

const video: Nameless = { type: "video", language: "en", averageBandwidth: 400000 };
const text: Nameless = { type: "text", language: "fr", averageBandwidth: 100 };

const cases: [name: string, pieces: (Nameless & { name?: string })[], names: string[]][] = [
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
    assertEquals(nameAll(pieces.map((piece) => ({ name: undefined, ...piece }))), names);
  });
}
