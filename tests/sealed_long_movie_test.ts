/** A sealed movie of ten hours: round trips of its segments. */

import { assert, assertEquals } from "@std/assert";
import { planCmafSegment } from "../lib/cmaf/segment.ts";
import { measureBandwidths } from "../lib/hls/stored_bandwidths.ts";
import { withPages } from "../lib/mp4/samples/pages.ts";
import { formatPackage, parsePackage } from "../lib/package/package.ts";
import { addKeptBytes } from "../lib/presentation/kept_bytes.ts";
import type { MediaRendition } from "../lib/presentation/presentation.ts";
import { addSyncIndexes } from "../lib/presentation/sync_index.ts";
import { toPackage } from "../lib/presentation/to_package.ts";
import { readPlan } from "../lib/storage/read_plan.ts";
import type { Source } from "../lib/storage/source.ts";
import { CLEAR } from "./clear_protection.ts";
import { buildLongFile } from "./long_movie.ts";
import { openInputs, openPackage } from "./open_presentation.ts";
import { buildAll } from "./sealed_package.ts";

const BLOCK = 2 ** 17;

const { source: FILE } = buildLongFile({ thumbnails: true });

/** Blocks of a file that were requested. All that is loaded at once takes one round trip, and a request for each run of blocks. */
class RemoteFile implements Source {
  readonly name = FILE.name;
  readonly size = FILE.size;
  readonly etag = '"1"';
  readonly synchronous = false;
  rounds = 0;
  requests = 0;
  readonly #blocks = new Set<number>();

  read(offset: number, into: Uint8Array): void | Promise<void> {
    if (this.#add([{ offset, size: into.length }]) === 0) return FILE.read(offset, into);
    return Promise.resolve().then(() => FILE.read(offset, into));
  }

  readNow(offset: number, into: Uint8Array): boolean {
    const last = Math.floor((offset + into.length - 1) / BLOCK);
    for (let block = Math.floor(offset / BLOCK); block <= last; block++) {
      if (!this.#blocks.has(block)) return false;
    }
    FILE.read(offset, into);
    return true;
  }

  async load(ranges: readonly { offset: number; size: number }[]): Promise<void> {
    this.#add(ranges);
    await Promise.resolve();
  }

  forget(): void {
    this.#blocks.clear();
    this.rounds = this.requests = 0;
  }

  #add(ranges: readonly { offset: number; size: number }[]): number {
    const missing = new Set<number>();
    for (const { offset, size } of ranges) {
      for (let block = Math.floor(offset / BLOCK); block * BLOCK < offset + size; block++) {
        if (!this.#blocks.has(block)) missing.add(block);
      }
    }
    for (const block of missing) {
      if (!missing.has(block - 1)) this.requests++;
      this.#blocks.add(block);
    }
    if (missing.size > 0) this.rounds++;
    return missing.size;
  }

  close(): void {}
}

const PRESENTATION = addSyncIndexes(
  await openInputs([{ file: "long.mp4", language: "und" }], {
    ...{ segmentDuration: 4, open: () => FILE, maxProbes: 0 },
  }),
);
const BARE = toPackage(PRESENTATION, { bandwidths: measureBandwidths(PRESENTATION) });
const TEXT = formatPackage(await addKeptBytes(BARE, new Map([["long.mp4", FILE]])));
const PACKAGE = {
  ...parsePackage(TEXT),
  sources: [{ file: "long.mp4", size: FILE.size, etag: '"1"' }],
};

function listMedia({ renditions }: { renditions: ReadonlyMap<string, unknown> }) {
  return [...renditions.values()] as MediaRendition[];
}

Deno.test("openPackage() reads nothing of a sealed movie of ten hours, for manifests of all protocols", async () => {
  const file = new RemoteFile();
  const sealed = await openPackage(PACKAGE, () => file);
  assertEquals(await buildAll(sealed), await buildAll(PRESENTATION));
  assertEquals([file.rounds, file.requests], [0, 0]);
});

Deno.test("a segment of a sealed movie of ten hours takes two round trips at most", async () => {
  const file = new RemoteFile();
  const sealed = await openPackage(PACKAGE, () => file);
  let total = 0;
  for (const [i, rendition] of listMedia(sealed).entries()) {
    const expected = listMedia(PRESENTATION)[i]!;
    const { length } = rendition.timeline.firstSampleTimes;
    for (const index of [5000, 0, length - 1, 77, 78, 4321].filter((index) => index < length)) {
      file.forget();
      const plan = await withPages(() => planCmafSegment(rendition, index, CLEAR));
      const bytes = await readPlan(plan, new Uint8Array());
      const whole = planCmafSegment(expected, index, CLEAR);
      assertEquals(bytes, await readPlan(whole, new Uint8Array()));
      assert(file.rounds <= 2, `${rendition.name} ${index}: ${file.rounds} round trips`);
      assert(file.requests <= 7, `${rendition.name} ${index}: ${file.requests} requests`); // of six tables and the samples
      total += file.rounds;
    }
  }
  assert(total <= 18, `${total} round trips of all`);
});
