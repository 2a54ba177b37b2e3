import { assertEquals } from "@std/assert";
import { decodeLanguage, encodeLanguage } from "../../lib/mp4/language_code.ts";

const CODES: [code: number, language: string][] = [
  [0x55c4, "und"],
  [0x15c7, "eng"],
  [0x10b5, "deu"],
  [0, "eng"], // Macintosh codes from here on
  [2, "deu"],
  [23, "kor"],
  [94, "epo"],
  [95, "und"],
  [128, "cym"],
  [138, "jav"],
  [139, "und"],
  [0x7fff, "und"],
  [0xffff, "und"],
];

for (const [code, language] of CODES) {
  Deno.test(`decodeLanguage() decodes ${code} as ${language}`, () => {
    assertEquals(decodeLanguage(code), language);
  });
}

for (const language of ["und", "eng", "aaa", "zzz"]) {
  Deno.test(`encodeLanguage() writes what decodeLanguage() reads: ${language}`, () => {
    assertEquals(decodeLanguage(encodeLanguage(language)), language);
  });
}
