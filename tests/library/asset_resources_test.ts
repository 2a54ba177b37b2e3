import { assert, assertEquals } from "@std/assert";
import { IMMUTABLE, type Resource } from "../../lib/http/resource.ts";
import { AssetResources } from "../../lib/library/asset_resources.ts";

const METADATA = { file: "a.mp4", type: "", etag: '"e"', caching: IMMUTABLE };

function createBytes(size: number): Resource<Uint8Array<ArrayBuffer>> {
  return { ...METADATA, size, body: new Uint8Array(size) };
}

Deno.test("AssetResources.addManifest() counts each resource once", () => {
  const resources = new AssetResources();
  for (const size of [100, 40]) resources.addManifest("mpd", createBytes(size));
  resources.addManifest("hls", createBytes(5));
  assertEquals([resources.size, resources.count], [45, 2]);
  assertEquals(resources.getManifest("mpd")?.size, 40);
});

Deno.test("AssetResources.addSelected() is bounded and evicts no others", () => {
  const resources = new AssetResources();
  resources.addManifest("mpd", createBytes(100));
  for (let i = 0; i < 1000; i++) resources.addSelected(`mpd?start=${i}`, createBytes(1));
  assert(resources.size <= 2 ** 22 + 100, `${resources.size} bytes`);
  assertEquals(resources.getSelected("mpd?start=0"), undefined);
  assertEquals(resources.getSelected("mpd?start=999")?.size, 1);
  assertEquals(resources.getManifest("mpd")?.size, 100);
});

for (
  const [transform, cached] of [[undefined, true], [(bytes: Uint8Array) => bytes, false]] as const
) {
  Deno.test(`AssetResources.addPlan() caches a plan ${transform ? "with" : "without"} transform: ${cached}`, () => {
    const resources = new AssetResources();
    const body = { type: "", header: new Uint8Array(9), ranges: [], ...transform && { transform } };
    resources.addPlan("a", { ...METADATA, body });
    assertEquals([resources.getPlan("a")?.body === body, resources.size > 0], [cached, cached]);
  });
}

Deno.test("AssetResources.addPlan() counts 2.5 KB for each plan beside its header", () => {
  const resources = new AssetResources();
  const body = { type: "", header: new Uint8Array(9), ranges: [] };
  for (let i = 0; i < 10; i++) resources.addPlan(`${i}`, { ...METADATA, body });
  assertEquals(resources.size, 10 * (2560 + 9));
  for (let i = 10; i < 2000; i++) resources.addPlan(`${i}`, { ...METADATA, body });
  assert(resources.size <= 2 ** 21, `${resources.size} bytes`);
});

Deno.test("AssetResources.dropManifests() keeps init segments and plans", () => {
  const resources = new AssetResources();
  resources.addInit("init", createBytes(10));
  const body = { type: "", header: new Uint8Array(9), ranges: [] };
  resources.addPlan("plan", { ...METADATA, body });
  const { size } = resources;
  resources.addManifest("mpd", createBytes(100));
  resources.addSelected("mpd?a", createBytes(100));
  resources.dropManifests();
  assertEquals([resources.size, resources.count], [size, 1]);
  assertEquals([resources.getManifest("mpd"), resources.getSelected("mpd?a")], [
    undefined,
    undefined,
  ]);
  assertEquals(resources.getInit("init")?.size, 10);
  assert(resources.getPlan("plan"));
});
