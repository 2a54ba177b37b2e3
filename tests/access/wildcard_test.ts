import { assertEquals } from "@std/assert";
import { matchWildcards } from "../../lib/access/wildcard.ts";

const cases: [pattern: string, text: string, matches: boolean][] = [
  ["*", "", true],
  ["*", "/a/b", true],
  ["/films/*", "/films/a/b.m4s", true],
  ["/films/*", "/films/", true],
  ["/films/*", "/films", false],
  ["/films/*", "/trailers/a", false],
  ["/films/a.json", "/films/a.json", true],
  ["/films/a.json", "/films/a.json/.mpd", false],
  ["/films/?.json", "/films/a.json", true],
  ["/films/?.json", "/films/ab.json", false],
  ["/films/?", "/films/", false],
  ["*.m3u8", "/a/b.m3u8", true],
  ["*.m3u8", "/a/b.m3u8.m4s", false],
  ["/a*b*c", "/abbbxc", true],
  ["/a*b*c", "/axxc", false],
  ["*/x/*/y", "/x/x/1/y", true],
  ["**", "", true],
  ["", "", true],
  ["", "/", false],
  ["/Films/*", "/films/a", false],
  ["/a.c", "/abc", false],
  ["/*", "/*", true],
];

for (const [pattern, text, matches] of cases) {
  Deno.test(`matchWildcards() ${matches ? "matches" : "does not match"} '${pattern}' and '${text}'`, () => {
    assertEquals(matchWildcards(pattern, text), matches);
  });
}
