/** The changelog names the revisions that decide media URLs, so that operators see when an upgrade changes them. */

import { assertEquals } from "@std/assert";
import { read } from "./documents.ts";

/** Constants by their names in the changelog. */
const REVISIONS: readonly (readonly [name: string, file: string, constant: string])[] = [
  ["samples", "lib/presentation/content_version.ts", "REVISION"],
  ["subtitles", "lib/presentation/content_version.ts", "SUBTITLE_REVISION"],
  ["encryption", "lib/presentation/content_version.ts", "ENCRYPTION_REVISION"],
  ["segments in an index", "lib/presentation/track_index.ts", "SEGMENTATION_REVISION"],
];

/** Names and values of all constants `…REVISION` of a file. */
function findRevisions(file: string): Map<string, string> {
  const found = read(file).matchAll(/^(?:export )?const (\w*REVISION) = (\d+);$/gm);
  return new Map([...found].map(([, name, value]) => [name!, value!]));
}

Deno.test("CHANGELOG.md names the revisions of the code in its newest version", () => {
  const newest = read("CHANGELOG.md").split(/^## /m)[1]!.replaceAll("\n", " ");
  const [, line] = /Revisions of media: ([^.]+)\./.exec(newest)!;
  const expected = REVISIONS.map(([name, file, constant]) =>
    `${name} ${findRevisions(file).get(constant)}`
  );
  assertEquals(line!.split(", "), expected, "media URLs change: say so in CHANGELOG.md");
});

Deno.test("the changelog leaves no revision out", () => {
  for (const file of new Set(REVISIONS.map(([, file]) => file))) {
    const named = REVISIONS.filter((it) => it[1] === file).map(([, , constant]) => constant);
    assertEquals([...findRevisions(file).keys()].sort(), named.toSorted());
  }
});
