import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { withEtag } from "../../lib/http/compression.ts";
import { REVALIDATED } from "../../lib/http/resource.ts";
import { eventually } from "../eventually.ts";
import { TestLibrary } from "./test_library.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import { copyMedia, MOVIE_PACKAGE, type TestApp, testApp } from "../server/fixture.ts";
import { openAsset } from "../open_asset.ts";

function getSource({ presentation }: Asset) {
  const rendition = presentation.renditions.values().next().value!;
  assert(rendition.type !== "text");
  return rendition.source;
}

function read(asset: Asset): void {
  getSource(asset).read(0, new Uint8Array(1));
}

const CLOSED = "Cannot read from a closed file";

Deno.test("open() loads once for concurrent requests", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  const assets = await Promise.all(Array.from({ length: 8 }, () => test.open("film.json")));
  assertEquals(new Set(assets).size, 1);
  assertEquals(await test.open("film.json"), assets[0]);
  test.library.close();
});

Deno.test("open() returns the cached asset while its files are unchanged", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  const asset = await test.open("film.json");
  test.time = 5000;
  assert(await test.open("film.json") === asset);
  test.library.close();
});

/** Changes to the media of film.json and video.mp4. */
const changes: [description: string, change: (root: string) => void][] = [
  ["its media was replaced", (root) => {
    copyMedia("ladder-avc-360p.mp4", join(root, "new.mp4"));
    Deno.renameSync(join(root, "new.mp4"), join(root, "video.mp4"));
  }],
  [
    "its media was overwritten",
    (root) => copyMedia("ladder-avc-360p.mp4", join(root, "video.mp4")),
  ],
];

for (const [description, change] of changes) {
  for (const file of ["film.json", "video.mp4"]) {
    Deno.test(`open() opens ${file} again within a second after ${description}`, async () => {
      using server = testApp();
      const test = new TestLibrary(server);
      const before = await test.open(file);
      change(server.root);
      test.time = 999;
      assert(await test.open(file) === before);
      test.time = 1000;
      const after = await test.open(file);
      assertNotEquals(after.presentation.version, before.presentation.version);
      assertThrows(() => read(before), MediaError, CLOSED);
      read(after);
      test.library.close();
    });
  }
}

Deno.test("open() notices that a package is edited, broken, repaired and removed", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  const write = (text: string) => {
    Deno.writeTextFileSync(join(server.root, "film.json"), text);
    test.time += 1000;
  };
  assertEquals((await test.open("film.json")).presentation.renditions.size, 4);
  write(JSON.stringify({ ...MOVIE_PACKAGE, tracks: MOVIE_PACKAGE.tracks.slice(0, 2) }));
  assertEquals((await test.open("film.json")).presentation.renditions.size, 2);
  write("{");
  const error = await assertRejects(() => test.open("film.json"), MediaError, "film.json: ");
  assertEquals(error.code, "PACKAGE_INVALID");
  write(JSON.stringify(MOVIE_PACKAGE));
  assertEquals((await test.open("film.json")).presentation.renditions.size, 4);
  Deno.removeSync(join(server.root, "film.json"));
  test.time += 1000;
  await assertRejects(() => test.open("film.json"), RequestError, "Cannot find 'film.json'");
});

Deno.test("open() notices that media is added or removed", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  Deno.renameSync(join(server.root, "audio.mp4"), join(server.root, "away.mp4"));
  await assertRejects(() => test.open("film.json"), MediaError, "audio.mp4: Cannot find");
  Deno.renameSync(join(server.root, "away.mp4"), join(server.root, "audio.mp4"));
  await assertRejects(() => test.open("film.json"), MediaError, "audio.mp4: Cannot find"); // for a second
  test.time = 1000;
  await test.open("film.json");
  Deno.removeSync(join(server.root, "audio.mp4"));
  test.time = 2000;
  await assertRejects(() => test.open("film.json"), MediaError, "audio.mp4: Cannot find");
});

/** Changes of the files that belong to `film.mp4`, with the number of its renditions afterwards. */
const sidecarChanges: [what: string, change: (server: TestApp) => void, renditions: number][] = [
  ["comes", ({ root }) => copyMedia("ladder-aac-fra.mp4", join(root, "f/film.fr.m4a")), 3],
  ["is edited in place", ({ root }) => editInPlace(join(root, "f/film.en.vtt")), 2],
  ["is replaced", ({ root }) => copyMedia("ladder-vtt-fra.vtt", join(root, "f/film.en.vtt")), 2],
  ["goes", ({ root }) => Deno.removeSync(join(root, "f/film.en.vtt")), 1],
];

function editInPlace(path: string): void {
  const directory = Deno.statSync(join(path, ".."));
  Deno.writeTextFileSync(path, "\n", { append: true });
  assertEquals(Deno.statSync(join(path, "..")).mtime, directory.mtime);
}

for (const [what, change, renditions] of sidecarChanges) {
  Deno.test(`open() opens a film anew when a second has passed since a sidecar ${what}`, async () => {
    using server = testApp();
    Deno.mkdirSync(join(server.root, "f"));
    copyMedia("ladder-avc-240p.mp4", join(server.root, "f/film.mp4"));
    copyMedia("ladder-vtt-eng.vtt", join(server.root, "f/film.en.vtt"));
    const test = new TestLibrary(server);
    const first = (await test.open("f/film.mp4")).presentation;
    assertEquals(first.renditions.size, 2);
    change(server);
    test.time = 1000;
    const { presentation } = await test.open("f/film.mp4");
    assertEquals(presentation.renditions.size, renditions);
    assertNotEquals(presentation.version, first.version);
  });
}

Deno.test("open() reads a broken file once while it is unchanged", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  Deno.writeTextFileSync(join(server.root, "bad.mp4"), "not a movie");
  const errors = [];
  for (const time of [0, 500, 1500, 60_000]) {
    test.time = time;
    errors.push(await assertRejects(() => test.open("bad.mp4"), MediaError, "bad.mp4: "));
  }
  assertEquals(new Set(errors).size, 1); // the same object: nothing was read again
  copyMedia("ladder-avc-240p.mp4", join(server.root, "bad.mp4"));
  test.time = 61_000;
  await test.open("bad.mp4");
  test.library.close();
});

Deno.test("open() follows links to plain media files and packages", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  Deno.mkdirSync(join(server.root, "links"));
  Deno.symlinkSync("../video.mp4", join(server.root, "links/other-name.mp4"));
  Deno.symlinkSync("../film.json", join(server.root, "links/film.json"));
  const linked = await test.open("links/other-name.mp4");
  assertEquals(linked.presentation.version, (await test.open("video.mp4")).presentation.version);
  assertEquals((await test.open("links/film.json")).presentation.renditions.size, 4);
  test.library.close();
});

Deno.test("open() closes an evicted asset when it is released", async () => {
  using server = testApp();
  const test = new TestLibrary(server, { capacityBytes: 1 });
  const used = await openAsset(test.library, "video.mp4");
  await test.open("audio.mp4");
  read(used);
  used.release();
  assertThrows(() => read(used), MediaError, CLOSED);
  assertEquals(used.acquire(), false);
  assert(await test.open("video.mp4") !== used);
  test.library.close();
});

Deno.test("open() respects maxOpenFiles", async () => {
  using server = testApp();
  const test = new TestLibrary(server, { maxOpenFiles: 8, capacityBytes: 2 ** 30 });
  const assets: Asset[] = [];
  for (let i = 0; i < 12; i++) {
    copyMedia("ladder-avc-240p.mp4", join(server.root, `${i}.mp4`));
    assets.push(await test.open(`${i}.mp4`));
  }
  const open = assets.filter((asset) => {
    if (!asset.acquire()) return false;
    asset.release();
    return true;
  });
  assert(open.length >= 2 && open.length <= 8, `${open.length} files are open`);
  test.library.close();
});

Deno.test("updateCachedSize() counts the resources of an asset", async () => {
  using server = testApp();
  const test = new TestLibrary(server, { capacityBytes: 2 ** 20 });
  const first = await test.open("video.mp4");
  const second = await test.open("audio.mp4");
  const metadata = { file: "audio.mp4", type: "text/plain", caching: REVALIDATED };
  second.resources.addManifest("mpd", withEtag(new Uint8Array(2 ** 20), metadata));
  test.library.updateCachedSize(second);
  assertEquals(first.acquire(), false); // evicted
  assert(second.acquire());
  second.release();
  test.library.close();
});

Deno.test("open() warns once of what it ignores", async () => {
  using server = testApp();
  const test = new TestLibrary(server);
  const tracks = [{ ...MOVIE_PACKAGE.tracks[0], width: 1 }];
  Deno.writeTextFileSync(
    join(server.root, "odd.json"),
    JSON.stringify({ ...MOVIE_PACKAGE, tracks }),
  );
  await test.open("odd.json");
  await test.open("odd.json");
  assertEquals(test.warnings.length, 1);
  assert(test.warnings[0]!.includes("width"), test.warnings[0]);
  test.library.close();
});

/** A library on slow storage, whose calls the test can hold. */
function createSlowLibrary(server: TestApp): { test: TestLibrary; system: SlowFileSystem } {
  const system = new SlowFileSystem();
  const devices = new (class extends Devices {
    override isSlow(): boolean {
      return true;
    }
  })(system);
  return {
    test: new TestLibrary(server, {
      root: new DocumentRoot(new LocalStorage(server.root, devices)),
    }),
    system,
  };
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits until background revalidation has removed a replaced asset from the cache. */
async function waitUntilRemoved({ library }: TestLibrary, file: string): Promise<void> {
  await eventually(() => !library.isOpen(file), `${file} is replaced`);
}

Deno.test("open() revalidates a recently checked asset on slow storage in the background", async () => {
  using server = testApp();
  const { test, system } = createSlowLibrary(server);
  const asset = await test.open("video.mp4");
  system.calls.length = 0;
  const resume = system.hold("video.mp4");
  test.time = 1000;
  for (let i = 0; i < 3; i++) assert(await test.open("video.mp4") === asset);
  await eventually(() => system.calls.includes("stat"), "the directory is read");
  // the asset, its media and its directory, once
  const calls = system.calls.filter((call) => call !== "readDir"); // which may follow
  assertEquals(calls, ["realPath", "realPath", "realPath", "stat"]);
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  resume();
  await waitUntilRemoved(test, "video.mp4");
  assert(await test.open("video.mp4") !== asset);
  assertEquals(asset.acquire(), false);
  test.library.close();
});

Deno.test("open() waits for the revalidation of an older asset on slow storage", async () => {
  using server = testApp();
  const { test, system } = createSlowLibrary(server);
  const asset = await test.open("video.mp4");
  const resume = system.hold("video.mp4");
  test.time = 10_000;
  const opening = [test.open("video.mp4"), test.open("video.mp4")];
  await settle();
  resume();
  assert((await Promise.all(opening)).every((opened) => opened === asset));
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  test.time = 20_000;
  const after = await test.open("video.mp4");
  assertNotEquals(after.presentation.version, asset.presentation.version);
  Deno.removeSync(join(server.root, "video.mp4"));
  test.time = 30_000;
  await assertRejects(() => test.open("video.mp4"), RequestError, "Cannot find 'video.mp4'");
});
