import { assertEquals } from "@std/assert";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { isStorageGone, StorageCheck } from "../../lib/library/storage_check.ts";
import { FakeClock } from "../http/fake_clock.ts";

/** A storage that is gone while `gone` is true, and does not respond while it is a promise. */
function setUp(gone: boolean | Promise<boolean> = true) {
  const clock = new FakeClock();
  const storage = {
    gone,
    checks: 0,
    // deno-lint-ignore require-await -- rejects nothing
    async isGone() {
      this.checks++;
      return this.gone;
    },
  };
  let noticed = 0;
  const check = new StorageCheck(storage, { clock, onGone: () => noticed++ });
  return { check, clock, storage, getNoticed: () => noticed };
}

Deno.test("StorageCheck.isGone() checks at most once a second", async () => {
  const { check, clock, storage, getNoticed } = setUp();
  assertEquals(await Promise.all([check.isGone(), check.isGone()]), [true, true]);
  storage.gone = false;
  clock.advance(999);
  assertEquals([check.isGone(), storage.checks, getNoticed()], [true, 1, 1]);
  clock.advance(1);
  assertEquals([await check.isGone(), storage.checks, getNoticed()], [false, 2, 1]);
  assertEquals(clock.isWaiting, false);
});

Deno.test("StorageCheck.isGone() returns true for a storage that does not respond, and asks it once", async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const { check, clock, storage } = setUp(promise);
  for (let i = 0; i < 3; i++) {
    const gone = check.isGone();
    clock.advance(5000);
    assertEquals([await gone, storage.checks], [true, 1]);
  }
  storage.gone = false;
  resolve(false);
  await promise;
  clock.advance(1000);
  assertEquals(await check.isGone(), false);
});

const errors: [error: Error, explained: boolean][] = [
  [new RequestError("NOT_FOUND", "x"), true],
  [new RequestError("FORBIDDEN", "x"), true],
  [new MediaError("x", "MEDIA_MISSING"), true],
  [new MediaError("x", "MEDIA_READ"), true],
  [new MediaError("x", "MEDIA_INVALID"), false],
  [new RequestError("BAD_REQUEST", "x"), false],
  [new RequestError("METHOD_NOT_ALLOWED", "x"), false],
  [new Error("a bug"), false],
];

for (const [error, explained] of errors) {
  const name = "code" in error ? error.code : error.message;
  Deno.test(`StorageCheck.explain() ${explained ? "replaces" : "keeps"} ${name}`, async () => {
    const { check, clock, storage } = setUp();
    const gone = await check.explain(error);
    assertEquals([isStorageGone(gone), gone === error, storage.checks], [
      explained,
      !explained,
      explained ? 1 : 0,
    ]);
    storage.gone = false;
    clock.advance(1000);
    assertEquals(await check.explain(error), error);
  });
}
