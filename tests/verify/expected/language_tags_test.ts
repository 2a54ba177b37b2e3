import { assert, assertEquals } from "@std/assert";
import {
  canonicalize,
  isSameLanguage,
  isSamePrimary,
  listOperatorLanguages,
  listTrackLanguages,
} from "../../../lib/verify/expected/language_tags.ts";
import type { TrackDeclaration } from "../../../lib/verify/readers/track_declaration.ts";

const tags: [tag: string, canonical: string][] = [
  ["eng", "en"],
  ["fre", "fr"],
  ["por_br", "pt-BR"],
  ["ZH-hant", "zh-Hant"],
  ["und", "und"],
  ["yue", "yue"],
  ["x-Klingon", "x-klingon"],
  ["not a tag", ""],
  ["", ""],
];

for (const [tag, canonical] of tags) {
  Deno.test(`canonicalize() turns '${tag}' into '${canonical}'`, () => {
    assertEquals(canonicalize(tag), canonical);
  });
}

Deno.test("isSameLanguage() compares scripts and regions, isSamePrimary() does not", () => {
  assert(isSameLanguage("fra", "fr") && !isSameLanguage("fr", "fr-CA") && !isSameLanguage("", ""));
  assert(isSamePrimary("fra", "fr-CA") && !isSamePrimary("fr", "en"));
});

const tracks: [extended: string, mdhd: string, expected: string[]][] = [
  ["pt-BR", "por", ["pt-BR"]],
  ["", "fra", ["fr"]],
  ["", "", ["und"]],
  ["", "und", ["und"]],
  ["not a tag", "fra", ["fr"]],
  ["english", "eng", ["english", "en"]], // well-formed, but not registered
  ["", "qzz", ["qzz", "und"]],
];

for (const [extendedLanguage, language, expected] of tracks) {
  Deno.test(`listTrackLanguages() of elng '${extendedLanguage}' and mdhd '${language}'`, () => {
    const track = { extendedLanguage, language } as TrackDeclaration;
    assertEquals(listTrackLanguages(track), expected);
  });
}

Deno.test("listOperatorLanguages() leaves script and region of the file to three letters", () => {
  assertEquals(listOperatorLanguages("por", ["pt-BR"]), ["pt-BR"]);
  assertEquals(listOperatorLanguages("por", ["fr"]), ["por"]);
  assertEquals(listOperatorLanguages("pt", ["pt-BR"]), ["pt"]);
  assertEquals(listOperatorLanguages("und", ["fr"]), ["und"]);
});
