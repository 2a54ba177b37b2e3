import { assertEquals } from "@std/assert";
import { languageFromFileName } from "../../lib/input/text_input.ts";

const names: [file: string, language: string][] = [
  ["sub.fr.vtt", "fr"],
  ["sub.pt-BR.srt", "pt-BR"],
  ["sub.fra.ttml", "fra"],
  ["sub.srt", ""],
  ["sub.1080p.srt", ""],
];

for (const [file, language] of names) {
  Deno.test(`languageFromFileName() finds "${language}" in ${file}`, () => {
    assertEquals(languageFromFileName(file), language);
  });
}
