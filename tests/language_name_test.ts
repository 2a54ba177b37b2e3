import { assertEquals } from "@std/assert";
import { LANGUAGE_TAG } from "../lib/language.ts";
import { getLanguageName } from "../lib/language_name.ts";

const names: [tag: string, name: string][] = [
  ["en", "English"],
  ["fr", "Français"],
  ["el", "Ελληνικά"],
  ["ru", "Русский"],
  ["ja", "日本語"],
  ["he", "עברית"],
  ["tr", "Türkçe"],
  ["en-GB", "British English"],
  ["pt-BR", "Português (Brasil)"],
  ["es-419", "Español latinoamericano"],
  ["zh-Hant", "繁體中文"],
  ["zh-Hans", "简体中文"],
  ["sr-Latn", "Srpski (latinica)"],
  ["yue", "Cantonese"], // Intl of Deno has no own name
  ["aaa", "aaa"], // and here no English one
  ["zh", "中文"],
  ["cmn", "中文 (cmn)"],
  ["english", "english"],
  ["und", "Undetermined"],
  ["zxx", "No linguistic content"],
  ["ca-valencia", "Català (valencia)"],
  ["de-u-co-phonebk", "Deutsch (u-co-phonebk)"],
  ["en-x-pirate", "English (x-pirate)"],
  ["x-klingon", "x-klingon"],
];

for (const [tag, name] of names) {
  Deno.test(`getLanguageName() of ${tag} is ${name}`, () => {
    assertEquals(getLanguageName(tag), name);
  });
}

Deno.test("getLanguageName() accepts every tag", () => {
  const tags = [
    "aa-Abcd-AA-12345",
    "abcdefgh-Abcd-001-1abc",
    "en-a-bb-x-1",
    "x-a",
    "zz",
    "zzz-ZZ",
    "en-UK",
  ];
  for (const tag of tags) {
    assertEquals(LANGUAGE_TAG.test(tag), true, tag);
    assertEquals(getLanguageName(tag).length > 0, true, tag);
  }
});
