import { assertEquals } from "@std/assert";
import { toBcp47, toIso6392 } from "../lib/language.ts";

const bcp47: [language: string, tag: string][] = [
  ["eng", "en"],
  ["fra", "fr"],
  ["fre", "fr"], // code B
  ["ger", "de"],
  ["zho", "zh"],
  ["chi", "zh"],
  ["sqi", "sq"],
  ["alb", "sq"],
  ["en", "en"],
  ["ENG", "en"],
  [" deu ", "de"],
  ["pt-br", "pt-BR"],
  ["por-BR", "pt-BR"],
  ["zh-hant-tw", "zh-Hant-TW"],
  ["es-419", "es-419"],
  ["sl-rozaj-biske", "sl-rozaj-biske"],
  ["de-u-co-phonebk", "de-u-co-phonebk"], // no case after a singleton
  ["en-a-bc-gb", "en-a-bc-gb"],
  ["x-klingon", "x-klingon"],
  ["gsw", "gsw"],
  ["yue", "yue"],
  ["mul", "mul"],
  ["zxx", "zxx"],
  ["qaa", "qaa"],
  ["iw", "he"], // withdrawn
  ["und", "und"],
  ["", "und"],
  ["x", "und"],
  ["```", "und"], // mdhd of all bits 0
  ["e\0g", "und"],
  ["en_US", "und"],
  ["en-", "und"],
  ["Français", "und"],
];

for (const [language, tag] of bcp47) {
  Deno.test(`toBcp47() converts ${JSON.stringify(language)} to ${tag}`, () => {
    assertEquals(toBcp47(language), tag);
  });
}

const iso6392: [language: string, code: string][] = [
  ["pt-BR", "por"],
  ["en", "eng"],
  ["fr", "fra"],
  ["fre", "fra"],
  ["FRA", "fra"],
  ["zh-Hant-TW", "zho"],
  ["iw", "heb"],
  ["gsw", "gsw"],
  ["zxx", "zxx"],
  ["und", "und"],
  ["xx", "und"],
  ["x-klingon", "und"],
  ["", "und"],
  ["```", "und"],
];

for (const [language, code] of iso6392) {
  Deno.test(`toIso6392() converts ${JSON.stringify(language)} to ${code}`, () => {
    assertEquals(toIso6392(language), code);
  });
}

Deno.test("toIso6392() and toBcp47() agree on every two-letter code", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz".split("");
  const pairs = letters.flatMap((a) => letters.map((b) => a + b));
  const known = pairs.filter((pair) => toIso6392(pair) !== "und");
  assertEquals(known.length, 183 + 5); // ISO 639-1, and iw, in, ji, jw, mo
  for (const pair of known) {
    const code = toIso6392(pair);
    assertEquals(toIso6392(toBcp47(code)), code);
  }
});
