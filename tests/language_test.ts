import { assertEquals } from "@std/assert";
import {
  getSubtagKind,
  isIso6391,
  LANGUAGE_TAG,
  MAX_LANGUAGE_TAG,
  parseLanguage,
  toBcp47,
  toIso6392,
  toShortTag,
} from "../lib/language.ts";
import registry from "language-subtag-registry/data/json/registry.json" with { type: "json" };

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
  ["pt_br", "pt-BR"],
  ["zh-yue", "yue"], // extlang
  ["zh-cmn-hans-cn", "cmn-Hans-CN"],
  ["ca-ES-valencia", "ca-ES-valencia"],
  ["sr-Latn-1994", "sr-Latn-1994"],
  ["en-US-x-twain", "en-US-x-twain"],
  ["en-US-Latn", "und"], // the script precedes the region
  ["english language", "und"],
  ["engl", "und"], // reserved
  [`en-x-${"a-".repeat(MAX_LANGUAGE_TAG / 2)}a`, "und"],
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
  assertEquals(known.length, 183 + 6); // ISO 639-1, and bh, iw, in, ji, jw, mo
  for (const pair of known) {
    const code = toIso6392(pair);
    assertEquals(toIso6392(toBcp47(code)), code);
  }
});

const short: [tag: string, expected: string][] = [
  ["en", "eng"],
  ["fr", "fra"],
  ["fil", "fil"],
  ["und", "und"],
  ["pt-BR", "pt-BR"],
  ["zh-Hant", "zh-Hant"],
  ["es-419", "es-419"],
  ["yue", "yue"],
  ["sh", "sh"],
  ["x-klingon", "x-klingon"],
];

for (const [tag, expected] of short) {
  Deno.test(`toShortTag() of ${tag} is ${expected}`, () => assertEquals(toShortTag(tag), expected));
}

const valid: [language: string, tag: string | undefined][] = [
  ["fra", "fr"],
  ["fre", "fr"],
  ["FRA", "fr"],
  ["en", "en"],
  ["pt-BR", "pt-BR"],
  ["pt_br", "pt-BR"],
  ["zh-Hant", "zh-Hant"],
  ["zh-hans-cn", "zh-Hans-CN"],
  ["es-419", "es-419"],
  ["en-001", "en-001"],
  ["fil", "fil"],
  ["yue", "yue"],
  ["ckb", "ckb"],
  ["aaa", "aaa"],
  ["qad", "qad"],
  ["sh", "sh"],
  ["und", "und"],
  ["UND", "und"],
  ["zxx", "zxx"],
  ["ca-valencia", "ca-valencia"],
  ["de-1996", "de-1996"],
  ["en-US-u-hc-h12", "en-US-u-hc-h12"],
  ["x-klingon", "x-klingon"],
  ["xyz", undefined],
  ["xx", undefined],
  ["en-orig", undefined],
  ["en-UK", undefined],
  ["zh-Hnat", undefined],
  ["english", undefined],
  ["German", undefined],
  ["pt-", undefined],
  ["", undefined],
  ["x", undefined],
  ["i-klingon", undefined],
  ["de-1901-1901", undefined],
  ["en-a-bbb-a-ccc", undefined],
  ["en-a-bbb-b-bbb-x-a-a", "en-a-bbb-b-bbb-x-a-a"],
  ["en us", undefined],
];

for (const [language, tag] of valid) {
  Deno.test(`parseLanguage() of ${JSON.stringify(language)} is ${tag}`, () => {
    assertEquals(parseLanguage(language), tag);
  });
}

Deno.test("parseLanguage() accepts every language of the IANA registry", () => {
  const subtags = registry.filter(({ Type, Subtag = "" }) =>
    Type === "language" && !Subtag.includes("..")
  );
  const refused = subtags.filter(({ Subtag = "" }) => parseLanguage(Subtag) === undefined);
  assertEquals(subtags.length > 8000, true);
  assertEquals(refused, []);
});

Deno.test("LANGUAGE_TAG matches redundant tags of the IANA registry, and is linear", () => {
  const tags = registry.flatMap(({ Type, Tag }) => Type === "redundant" && Tag ? [Tag] : []);
  assertEquals(tags.filter((tag) => !LANGUAGE_TAG.test(tag)), []);
  assertEquals(LANGUAGE_TAG.test("a".repeat(1e5) + "-aaaaa".repeat(1e5) + "!"), false);
});

Deno.test("isIso6391() knows all codes of a language", () => {
  const codes = ["fr", "fre", "fra", "iw", "fil", "xx", "fr-CA", ""];
  assertEquals(codes.filter(isIso6391), ["fr", "fre", "fra", "iw"]);
});

Deno.test("getSubtagKind() tells subtags by their length", () => {
  assertEquals(["BR", "419", "Hant", "valencia", "1996"].map(getSubtagKind), [
    "region",
    "region",
    "script",
    "variant",
    "variant",
  ]);
});
