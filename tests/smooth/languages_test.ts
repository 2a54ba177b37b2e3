import { assertEquals, assertMatch } from "@std/assert";
import { LANGUAGE_TAG } from "../../lib/language.ts";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { assignSmoothLanguages } from "../../lib/smooth/languages.ts";
import { audioSet, subtitleSet, videoSet } from "../presentation/synthetic_sets.ts";

const cases: [sets: SwitchingSet[], languages: string[]][] = [
  [[], []],
  [[videoSet(), videoSet()], ["eng", "eng"]],
  [[audioSet(), audioSet({ language: "fr" }), subtitleSet()], ["eng", "fra", "eng"]],
  [[audioSet(), audioSet(), audioSet()], ["eng", "eng-x-2", "eng-x-3"]],
  [[audioSet({ language: "pt" }), audioSet({ language: "pt-BR" })], ["por", "pt-BR"]],
  [[audioSet({ language: "pt-BR" }), audioSet({ language: "pt-BR", role: "dub" })], [
    "pt-BR",
    "pt-BR-x-dub",
  ]],
  [[subtitleSet({ language: "zh-Hant" }), subtitleSet({ language: "yue" })], ["zh-Hant", "yue"]],
  [[audioSet({ language: "und" }), audioSet({ language: "und" })], ["und", "und-x-2"]],
  [[audioSet({ language: "x-a" }), audioSet({ language: "x-a" })], ["x-a", "x-a-x-2"]],
  [[audioSet({ role: "commentary" })], ["eng"]],
  [[audioSet({ role: "commentary" }), audioSet()], ["eng-x-comment", "eng"]],
  [[audioSet(), audioSet({ role: "commentary" }), audioSet({ role: "commentary" })], [
    "eng",
    "eng-x-comment",
    "eng-x-comment-2",
  ]],
  [[
    subtitleSet(),
    subtitleSet({ role: "forced" }),
    subtitleSet({ role: "caption" }),
    subtitleSet({ role: "subtitle" }),
  ], [
    "eng",
    "eng-x-forced",
    "eng-x-sdh",
    "eng-x-2",
  ]],
];

for (const [sets, languages] of cases) {
  Deno.test(`assignSmoothLanguages() returns [${languages}]`, () => {
    const found = assignSmoothLanguages(sets);
    assertEquals(found, languages);
    for (const language of found) assertMatch(language, LANGUAGE_TAG);
  });
}
