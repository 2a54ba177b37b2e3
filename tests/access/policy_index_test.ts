import { assertEquals } from "@std/assert";
import { isCoveredBy, PolicyIndex } from "../../lib/access/policy_index.ts";
import { createAccessConfig } from "./tokens.ts";

const PATHS = ["/films/", "/films/new/", "/films/video.json", "/films/old.ism", "/Cafe/"];

const { policies } = createAccessConfig(PATHS.map((path) => ({ path })));

const cases: [path: string, policy: string | undefined, ignoringCase?: string][] = [
  ["/", undefined],
  ["/film", undefined],
  ["/films", "/films/"],
  ["/films/", "/films/"],
  ["/filmsx/a.json/.mpd", undefined],
  ["/films/a.json/.mpd", "/films/"],
  ["/films/new/a.json/.mpd", "/films/new/"],
  ["/films/newer/a.json/.mpd", "/films/"],
  ["/films/video.json", "/films/video.json"],
  ["/films/video.json/v1/video/0.m4s", "/films/video.json"],
  ["/films/video.ism/Manifest", "/films/video.json"],
  ["/films/video.jsonx/.mpd", "/films/"],
  ["/films/old.json/.mpd", "/films/old.ism"],
  ["/films/old.ISM/Manifest", "/films/old.ism"],
  ["/FILMS/a.json/.mpd", undefined, "/films/"],
  ["/cafe/a.mp4/.mpd", undefined, "/Cafe/"],
];

for (const [path, expected, ignoringCase = expected] of cases) {
  Deno.test(`PolicyIndex.find() finds the policy of ${path}`, () => {
    assertEquals(new PolicyIndex(policies, false).find(path)?.path, expected);
    assertEquals(new PolicyIndex(policies, true).find(path)?.path, ignoringCase);
  });
}

Deno.test("PolicyIndex.find() finds the policy of the root for all paths", () => {
  const [root] = createAccessConfig([{ path: "/" }]).policies;
  const index = new PolicyIndex([root!], false);
  for (const path of ["/", "/a", "/a/b/"]) assertEquals(index.find(path), root);
});

Deno.test("isCoveredBy() compares whole segments", () => {
  const covered = ["/a", "/a/", "/a/b"].map((
    path,
  ) => [isCoveredBy(path, "/a"), isCoveredBy(path, "/a/")]);
  assertEquals(covered, [[true, true], [true, true], [true, true]]);
  assertEquals([isCoveredBy("/ab", "/a"), isCoveredBy("/b", "/"), isCoveredBy("/a", "/a/b")], [
    false,
    true,
    false,
  ]);
});
