import { assertEquals } from "@std/assert";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { getLanguage } from "../../lib/presentation/rendition_language.ts";

const cases: [own: string, operator: string | undefined, expected: string][] = [
  ["fra", undefined, "fr"],
  ["und", undefined, "en"],
  ["", undefined, "en"],
  ["und", "und", "und"],
  ["fra", "deu", "de"],
  ["pt-BR", "por", "pt-BR"], // the same language, more specific in the file
  ["pt-BR", "spa", "es"],
];

for (const [own, language, expected] of cases) {
  Deno.test(`getLanguage() of "${own}" in the file and ${language} in the package is ${expected}`, () => {
    const options = { file: "a.mp4", language };
    for (
      const input of [
        { type: "audio", options, track: { language: own } },
        { type: "text", options, fileLanguage: own },
      ]
    ) assertEquals(getLanguage(input as unknown as TrackInput), expected);
  });
}
