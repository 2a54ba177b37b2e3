import { assertEquals } from "@std/assert";
import {
  decodePathPart,
  getPathDirectory,
  relatePath,
  resolveReference,
} from "../../../lib/live/manifests/manifest_path.ts";

for (
  const [directory, reference, path] of [
    ["", "init.mp4", "init.mp4"],
    ["video/", "1.m4s?token=x/y#z", "video/1.m4s"],
    ["video/", "./hd/../1.m4s", "video/1.m4s"],
    ["video/", "../../audio/1.m4s", "../audio/1.m4s"],
    ["", "../../x", "../../x"],
    ["video/", "http://origin.example/1.m4s", undefined],
    ["video/", "//origin.example/1.m4s", undefined],
    ["video/", "/1.m4s", undefined],
  ] as const
) {
  Deno.test(`resolveReference() resolves ${reference} in "${directory}"`, () => {
    assertEquals(resolveReference(directory, reference), path);
  });
}

for (
  const [path, directory, relative] of [
    ["feed/1.m4s", "", "feed/1.m4s"],
    ["feed/1.m4s", "feed/", "1.m4s"],
    ["feed/video/1.m4s", "feed/audio/", "../video/1.m4s"],
    ["1.m4s", "feed/hd/", "../../1.m4s"],
    ["feed2/1.m4s", "feed/", "../feed2/1.m4s"],
    ["feed", "feed/", "../feed"],
  ] as const
) {
  Deno.test(`relatePath() relates ${path} to "${directory}"`, () => {
    assertEquals(relatePath(directory, path), relative);
  });
}

Deno.test("getPathDirectory() returns what is before the name of a file", () => {
  assertEquals(["a/b/c.mpd", "c.mpd", "a/"].map(getPathDirectory), ["a/b/", "", "a/"]);
});

Deno.test("decodePathPart() leaves what is not encoded as it is", () => {
  assertEquals(["a%20b", "100%", "%C3%A9"].map(decodePathPart), ["a b", "100%", "é"]);
});
