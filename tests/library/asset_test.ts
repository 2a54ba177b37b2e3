import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { Asset } from "../../lib/library/asset.ts";
import { copyMedia, testApp } from "../server/fixture.ts";
import type { Presentation } from "../../lib/presentation/presentation.ts";
import { openAsset } from "../open_asset.ts";

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

Deno.test("Asset.refresh() returns whether a file was replaced", async () => {
  using server = testApp();
  using asset = await openAsset(server.app.library, "video.mp4");
  assertEquals([asset.isGrowing, asset.refresh(), await asset.finish()], [false, "same", "same"]);
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  assertEquals(asset.refresh(), "replaced");
});
