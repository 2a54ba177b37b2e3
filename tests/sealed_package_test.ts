/** Sealed packages: what `ams` reads of their files, and what it makes of them. */

import { assert, assertEquals } from "@std/assert";
import { openPackage } from "./open_presentation.ts";
import { MEDIA, NOT_PLAYABLE, SEVERAL_EDITS } from "./sample_presentations.ts";
import { buildAll, buildSealedPackage, createRemoteFiles, openLocal } from "./sealed_package.ts";

/** Files of which opening reads media, and why. */
const READ: Readonly<Record<string, string>> = {
  "multi-avc-stpp.mp4": "points of subtitles",
  "multi-avc-tracks.mp4": "subtitles",
};

/** Fragments have tables of their own, and samples of several edits another order: neither has an index. */
function hasNoIndex(file: string): boolean {
  return file.startsWith("frag-") || file in SEVERAL_EDITS;
}

for (const file of MEDIA.filter((name) => !NOT_PLAYABLE.includes(name))) {
  Deno.test(`manifests and init segments of ${file} are the same sealed, remote and local`, async () => {
    const pack = await buildSealedPackage([file]);
    const [remote, other] = [createRemoteFiles(), createRemoteFiles('"3-4"')];
    const results: unknown[] = [];
    for (const open of [openLocal, remote.open, other.open]) {
      const presentation = await openPackage(pack, open);
      results.push(await buildAll(presentation));
      assertEquals(presentation.warnings.filter((line) => line.includes("the index of")), []);
      presentation.close();
    }
    assertEquals(results[1], results[0]);
    assertEquals(results[2], results[0]);
    assert(other.reads.length > 0);
    assertEquals(
      remote.reads.length > 0,
      file in READ || hasNoIndex(file),
      `${remote.reads.length} reads`,
    );
  });
}

Deno.test("a sealed file of another size or entity tag, or without one, is read", async () => {
  const pack = await buildSealedPackage(["ladder-avc-240p.mp4"]);
  const count = async (change: object, etag?: string) => {
    const sources = pack.sources!.map((source) => ({ ...source, ...change }));
    const remote = createRemoteFiles(etag);
    const presentation = await openPackage({ ...pack, sources }, remote.open);
    presentation.close();
    return remote.reads.length;
  };
  assertEquals(await count({}, '"1-2"'), 0);
  assert(await count({ size: 1 }, '"1-2"') > 0);
  assert(await count({}, '"1-3"') > 0);
  assert(await count({ etag: undefined }, undefined) > 0);
});
