import { assertEquals } from "@std/assert";
import { getLanguageFromFileName } from "../../lib/input/subtitle_input.ts";

const names: [file: string, language: string][] = [
  ["sub.fr.vtt", "fr"],
  ["sub.pt-BR.srt", "pt-BR"],
  ["sub.fra.ttml", "fra"],
  ["sub.srt", ""],
  ["sub.1080p.srt", ""],
];

for (const [file, language] of names) {
  Deno.test(`getLanguageFromFileName() finds "${language}" in ${file}`, () => {
    assertEquals(getLanguageFromFileName(file), language);
  });
}
