import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import {
  assetUrl,
  getAssetFile,
  hasMinimalSpelling,
  isHidden,
  isPackage,
  splitPath,
  toCanonicalPath,
} from "../../lib/url/path.ts";

Deno.test("isPackage() and isHidden() depend on the name only", () => {
  assertEquals(["a.json", "A.JSON", "a.json5", "json"].map(isPackage), [true, true, false, false]);
  assertEquals(["a/.b", ".a/b", "a.json", "a/b.c"].map(isHidden), [true, true, true, false]);
});

Deno.test("splitPath() decodes each segment once and retains empty ones", () => {
  assertEquals(splitPath("/a%20b//%252e/"), ["a b", "", "%2e", ""]);
});

Deno.test("splitPath() names at most 200 characters of a path", () => {
  const { message } = assertThrows(() => splitPath(`/..${"a/".repeat(500)}/..`), RequestError);
  assertEquals(message.length < 300, true);
});

Deno.test("splitPath() rejects a path of more than 16,384 characters", () => {
  assertEquals(splitPath(`/${"a".repeat(16383)}`).length, 1);
  const { code } = assertThrows(() => splitPath(`/${"a".repeat(16384)}`), RequestError);
  assertEquals(code, "BAD_REQUEST");
});

const files: [names: string[], file: string | undefined][] = [
  [["a", "b.json"], "a/b.json"],
  [["b.ISM"], "b.json"],
  [["b.MP4"], "b.MP4"],
  [["b.m4s"], undefined],
  [["", "b.json"], undefined],
  [[], undefined],
];

for (const [names, file] of files) {
  Deno.test(`getAssetFile() returns ${file} for ${JSON.stringify(names)}`, () => {
    assertEquals(getAssetFile(names), file);
  });
}

Deno.test("assetUrl() encodes each segment", () => {
  assertEquals(["", "a b/#?%.mp4"].map(assetUrl), ["/", "/a%20b/%23%3F%25.mp4/"]);
});

const segments: [raw: string, isMinimal: boolean][] = [
  ["a/b-._~!$&'()*+,;=:@", true],
  ["%25%C3%A9%22%5C%7C%5E", true],
  ["a%20b", true],
  ["a%26b", false],
  ["[1]", true],
  ["%5B1%5D", true],
  ["[1%5D", false],
  ["%61", false],
  ["%c3%a9", false],
  ["a b", false],
];

for (const [raw, isMinimal] of segments) {
  Deno.test(`hasMinimalSpelling() returns ${isMinimal} for ${raw}`, () => {
    assertEquals(hasMinimalSpelling(raw, decodeURIComponent(raw)), isMinimal);
  });
}

Deno.test("toCanonicalPath() replaces the alias of Smooth Streaming in each segment", () => {
  const cases = { "/a.ism/b.ISM": "/a.json/b.json", "/a.isma": "/a.isma", "/.ism/a": "/.json/a" };
  for (const [path, canonical] of Object.entries(cases)) {
    assertEquals(toCanonicalPath(path), canonical);
  }
});
