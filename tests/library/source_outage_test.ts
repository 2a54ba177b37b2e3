/** Assets while the origin of their files fails. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../lib/errors.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Library } from "../../lib/library/library.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { readTestdata } from "../test_files.ts";

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
    this.library = new Library({
      root: new DocumentRoot(this.storage),
      serveDirectories: true,
      sidecars: false,
      capacityBytes: 2 ** 24,
      maxOpenFiles: 16,
      warn() {},
      now: () => this.time,
    });
  }

  async open(version?: string) {
    const asset = await this.library.open("a.mp4", version);
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

Deno.test("a version that is not known is no 404 while its origin fails", async () => {
  const test = new Outage();
  const asset = await test.open();
  test.isDown = true;
  test.time = 1500;
  const error = await assertRejects(() => test.open("v0123456789ab"), SourceError);
  assertEquals([error.code, error.status], ["SOURCE_UNAVAILABLE", 503]);
  assert(await test.open() === asset);
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
