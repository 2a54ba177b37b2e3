import { assertEquals } from "@std/assert";
import type { TrackInput } from "../../lib/input/track_input.ts";
import { getLanguage, warnUnknownLanguage } from "../../lib/presentation/rendition_language.ts";

const cases: [own: string, operator: string | undefined, expected: string][] = [
  ["fra", undefined, "fr"],
  ["und", undefined, "und"],
  ["", undefined, "und"],
  ["eng", undefined, "en"],
  ["xyz", undefined, "und"], // not registered
  ["pt-BR", undefined, "pt-BR"],
  ["pt_BR", undefined, "pt-BR"],
  ["und", "und", "und"],
  ["fra", "deu", "de"],
  ["pt-BR", "por", "pt-BR"], // the same language, more specific in the file
  ["pt-BR", "spa", "es"],
  ["pt-BR", "pt", "pt"],
  ["pt-BR", "pt-PT", "pt-PT"],
  ["pt-BR", "und", "und"],
  ["por", "pt-BR", "pt-BR"],
  ["fra", "xyz", "xyz"], // of a package of an earlier version
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

/** An input of a file, whose track is undefined for a subtitle file. */
function input(
  type: TrackInput["type"],
  { file, id, own = "und", language }: {
    file: string;
    id?: number;
    own?: string;
    language?: string;
  },
): TrackInput {
  const track = id === undefined ? undefined : { id, language: own };
  return { type, options: { file, language }, track, fileLanguage: own } as unknown as TrackInput;
}

Deno.test("getLanguage() finds the language in the name of the file if the file declares none", () => {
  const found = ["film.pt-BR.mp4", "film.mp4"].flatMap((file) => [
    getLanguage(input("audio", { file, id: 1 })),
    getLanguage(input("audio", { file, id: 1, own: "fra" })),
    getLanguage(input("audio", { file, id: 1, language: "deu" })),
  ]);
  assertEquals(found, ["pt-BR", "fr", "de", "und", "fr", "de"]);
});

const warned: [what: string, TrackInput, part: string | undefined][] = [
  ["audio", input("audio", { file: "a.mp4", id: 2 }), "a.mp4: the language of audio track 2 is"],
  ["subtitles", input("text", { file: "a.mp4", id: 3 }), "a.mp4: the language of subtitle track 3"],
  ["a file of subtitles", input("text", { file: "a.vtt" }), "a.vtt: the language of the subtitles"],
  ["video", input("video", { file: "a.mp4", id: 1 }), undefined],
  ["images", input("image", { file: "a.mp4", id: 1 }), undefined],
  ["a language", input("audio", { file: "a.mp4", id: 2, own: "fra" }), undefined],
  ["a language in the name", input("text", { file: "a.fr.vtt" }), undefined],
  ["an operator's language", input("audio", { file: "a.mp4", id: 2, language: "fra" }), undefined],
  ["an operator's und", input("audio", { file: "a.mp4", id: 2, language: "und" }), undefined],
];

for (const [what, of, part] of warned) {
  Deno.test(`warnUnknownLanguage() returns ${part ? "a warning" : "nothing"} for ${what}`, () => {
    const warnings = warnUnknownLanguage(of);
    assertEquals(warnings.length, part ? 1 : 0);
    assertEquals(warnings.every((warning) => warning.startsWith(part!)), true, warnings[0]);
  });
}

Deno.test("warnUnknownLanguage() says what the operator can do", () => {
  const of = input("audio", { file: "a.mp4", id: 2 });
  const unknown = "a.mp4: the language of audio track 2 is unknown;";
  assertEquals(warnUnknownLanguage(of), [
    `${unknown} name it with amspackager -l, such as -l fr`,
  ]);
  assertEquals(warnUnknownLanguage(of, "name it in tracks"), [`${unknown} name it in tracks`]);
});
