import { assertEquals, assertMatch } from "@std/assert";
import type { SwitchingSet } from "../../lib/presentation/presentation.ts";
import { assignSmoothLanguages } from "../../lib/smooth/languages.ts";
import { picture, sound, text } from "../presentation/synthetic_sets.ts";

const cases: [sets: SwitchingSet[], languages: string[]][] = [
  [[], []],
  [[picture(), picture()], ["eng", "eng"]],
  [[sound(), sound({ language: "fr" }), text()], ["eng", "fra", "eng"]],
  [[sound(), sound(), sound()], ["eng", "eng-x-2", "eng-x-3"]],
  [[sound({ language: "pt" }), sound({ language: "pt-BR" })], ["por", "por-x-2"]],
  [[sound({ role: "commentary" })], ["eng"]],
  [[sound({ role: "commentary" }), sound()], ["eng-x-comment", "eng"]],
  [[sound(), sound({ role: "commentary" }), sound({ role: "commentary" })], [
    "eng",
    "eng-x-comment",
    "eng-x-comment-2",
  ]],
  [[text(), text({ role: "forced" }), text({ role: "caption" }), text({ role: "subtitle" })], [
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
    for (const language of found) assertMatch(language, /^[a-z]{3}(-x(-[a-z0-9]{1,8})+)?$/); // RFC 5646 §2.1
  });
}
