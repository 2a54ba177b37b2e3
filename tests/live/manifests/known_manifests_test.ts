import { assertEquals } from "@std/assert";
import { KnownManifests } from "../../../lib/live/manifests/known_manifests.ts";
import type { PushedStream } from "../../../lib/live/manifests/pushed_manifest.ts";

/** Counts how often the paths of its streams were compared. */
class Manifests {
  comparisons = 0;
  readonly known = new KnownManifests({
    findOwner: (isInit) => void isInit("init.mp4"),
    isStored: () => false,
  });

  /** Adds a manifest that names `PATH-0.m4s` and so forth. */
  add(path: string, streams: number): void {
    this.known.add({
      path: `${path}.mpd`,
      textLength: 10,
      receivedAt: 0,
      manifest: {
        isOver: false,
        declarations: new Map(),
        streams: Array.from({ length: streams }, (_, i) => this.#createStream(`${path}-${i}`)),
      },
    });
  }

  #createStream(name: string): PushedStream {
    const isSegment = (path: string) => {
      this.comparisons++;
      return path === `${name}.m4s`;
    };
    return { name, isInit: () => false, isSegment, isExpected: () => false, declaration: {} };
  }
}

Deno.test("KnownManifests forgets the first manifests of more than 400 streams", () => {
  const manifests = new Manifests();
  for (let i = 0; i < 5; i++) manifests.add(`m${i}`, 100);
  manifests.add("single", 1);
  const find = (path: string) => manifests.known.find(`${path}.m4s`)?.stream;
  assertEquals(["m0-0", "m1-0", "m2-0", "m4-99", "single-0"].map(find), [
    ...[undefined, undefined],
    ...["m2-0", "m4-99", "single-0"],
  ]);
  manifests.comparisons = 0;
  find("other");
  assertEquals(manifests.comparisons, 301);
});

Deno.test("KnownManifests keeps the last manifest, however many streams it has", () => {
  const manifests = new Manifests();
  manifests.add("small", 1);
  manifests.add("large", 500);
  assertEquals(manifests.known.find("large-499.m4s")?.stream, "large-499");
  assertEquals(manifests.known.find("small-0.m4s"), undefined);
});
