import { assertEquals } from "@std/assert";
import { IMMUTABLE } from "../../lib/http/resource.ts";
import { Asset, type PlannedSegment } from "../../lib/library/asset.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

function createAsset(): { asset: Asset; isClosed: () => boolean } {
  let closed = false;
  const presentation = { renditions: new Map() } as unknown as Presentation;
  const media = {
    residentBytes: () => 0,
    close: () => void (closed = true),
  };
  const asset = new Asset("a.mp4", presentation, media, []);
  return { asset, isClosed: () => closed };
}

Deno.test("Asset closes its media when it is dropped and released", () => {
  const { asset, isClosed } = createAsset();
  assertEquals([asset.acquire(), asset.acquire()], [true, true]);
  asset.release();
  asset.drop();
  assertEquals([isClosed(), asset.acquire()], [false, true]);
  asset.release();
  asset.release();
  assertEquals([isClosed(), asset.acquire()], [true, false]);
});

for (const [transform, builds] of [[undefined, 1], [(bytes: Uint8Array) => bytes, 2]] as const) {
  Deno.test(`Asset.getSegment() plans ${builds} times ${transform ? "with" : "without"} transform`, () => {
    const { asset } = createAsset();
    let count = 0;
    const plan = { type: "", header: new Uint8Array(9), ranges: [], ...transform && { transform } };
    const planSegment = (): PlannedSegment => {
      count++;
      return { type: "", etag: '"e"', size: 9, caching: IMMUTABLE, plan };
    };
    asset.getSegment('"e"', planSegment);
    asset.getSegment('"e"', planSegment);
    assertEquals([count, asset.size > 0], [builds, transform === undefined]);
  });
}
