/** Assets while the origin of their files fails. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../lib/errors.ts";
import { Asset } from "../../lib/library/asset.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library } from "../../lib/library/library.ts";
import type { Storage } from "../../lib/storage/storage.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { RemoteSetup } from "../storage/remote/remote_setup.ts";
import { readTestdata } from "../test_files.ts";

function createLibrary(storage: Storage, now: () => number): Library {
  return new Library({
    root: new DocumentRoot(storage),
    serveDirectories: true,
    sidecars: false,
    capacityBytes: 2 ** 24,
    maxOpenFiles: 16,
    warn() {},
    now,
  });
}

class Outage {
  readonly storage = new MemoryStorage();
  time = 0;
  isDown = false;
  readonly library: Library;

  constructor() {
    this.storage.write("a.mp4", readTestdata("ladder-avc-240p.mp4"));
    this.storage.hold = () => {
      if (!this.isDown) return undefined;
      return Promise.reject(new SourceError("SOURCE_UNAVAILABLE", "Cannot read 'a.mp4'"));
    };
    this.library = createLibrary(this.storage, () => this.time);
  }

  async open(version?: string) {
    const asset = await this.library.open("a.mp4", version);
    assert(asset instanceof Asset);
    asset.release();
    return asset;
  }
}

Deno.test("an open asset goes on while its origin fails, however long", async () => {
  const test = new Outage();
  const asset = await test.open();
  test.isDown = true;
  for (const time of [1500, 3000, 100_000, 500_000]) {
    test.time = time;
    assert(await test.open() === asset);
  }
  test.isDown = false;
  test.time += 2000;
  assert(await test.open() === asset);
  test.library.close();
});

Deno.test("an open asset does not wait for an origin that failed last", async () => {
  const test = new Outage();
  const asset = await test.open();
  test.isDown = true;
  test.time = 1500;
  assert(await test.open() === asset);
  test.storage.hold = () => Promise.withResolvers<void>().promise; // it is silent now
  test.time = 100_000;
  assert(await test.open() === asset);
  test.library.close();
});

Deno.test("a version that is not known is no 404 while its origin fails", async () => {
  const test = new Outage();
  const asset = await test.open();
  test.isDown = true;
  test.time = 1500;
  for (const time of [1500, 1501, 2400, 2600]) { // it is not asked again within a second
    test.time = time;
    const error = await assertRejects(() => test.open("v0123456789ab"), SourceError);
    assertEquals([error.code, error.status], ["SOURCE_UNAVAILABLE", 503]);
    assert(await test.open() === asset);
    assert(await test.open(asset.presentation.version) === asset);
  }
  test.isDown = false;
  test.time = 3700;
  for (let i = 0; i < 2; i++) assert(await test.open("v0123456789ab") === asset);
  test.library.close();
});

Deno.test("a failure of an origin is not remembered", async () => {
  const test = new Outage();
  test.isDown = true;
  await assertRejects(() => test.open(), SourceError);
  test.isDown = false;
  await test.open();
  test.library.close();
});

Deno.test("a version is not missing because the source was asked too long ago", async () => {
  using remote = new RemoteSetup();
  remote.origin.write("a.mp4", readTestdata("ladder-avc-360p.mp4"));
  const next = createLibrary(remote.storage, () => remote.time);
  using replacement = await next.open("a.mp4");
  assert(replacement instanceof Asset);
  const { version } = replacement.presentation;
  using own = new RemoteSetup();
  own.origin.write("a.mp4", readTestdata("ladder-avc-240p.mp4"));
  const [one, other] = [0, 1].map(() => createLibrary(own.storage, () => own.time));
  using _ = await one!.open("a.mp4");
  own.origin.write("a.mp4", readTestdata("ladder-avc-360p.mp4"));
  own.time = 3000;
  using opened = await other!.open("a.mp4", version); // of a manifest of another machine
  assert(opened instanceof Asset);
  assertEquals(opened.presentation.version, version);
  for (const library of [next, one!, other!]) library.close();
});
