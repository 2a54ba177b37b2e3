import { assertEquals } from "@std/assert";
import { Asset } from "../../lib/library/asset.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";

function createAsset(): { asset: Asset; isClosed: () => boolean } {
  let closed = false;
  const presentation = { renditions: new Map() } as unknown as Presentation;
  const media = {
    residentBytes: () => 0,
    close: () => void (closed = true),
  };
  const asset = new Asset("a.mp4", { presentation, media }, []);
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

Deno.test("Asset.hold() keeps the presentation open until it is disposed of", () => {
  const { asset, isClosed } = createAsset();
  asset.acquire();
  const held = asset.hold();
  asset.drop();
  asset.release();
  assertEquals(isClosed(), false);
  held[Symbol.dispose]();
  assertEquals([isClosed(), asset.acquire()], [true, false]);
});
