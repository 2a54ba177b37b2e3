import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SourceError } from "../../../lib/errors.ts";
import { RemoteFiles } from "../../../lib/storage/remote/remote_files.ts";
import { raiseDoubt, requireHonest, settleDoubt } from "../../../lib/storage/remote/doubt.ts";
import { MemoryOrigin } from "./memory_origin.ts";

const { signal } = new AbortController();

Deno.test("requireHonest() throws for a second when a second look contradicts reads", () => {
  requireHonest(undefined, "a.mp4", 0);
  const once = settleDoubt(raiseDoubt(), 100);
  requireHonest(once, "a.mp4", 100);
  const twice = settleDoubt(raiseDoubt(once), 200);
  for (const now of [200, 1199]) {
    const error = assertThrows(() => requireHonest(twice, "a.mp4?signature", now), SourceError);
    assertEquals(error.code, "SOURCE_INVALID");
    assert(!error.message.includes("signature"), error.message);
  }
  requireHonest(twice, "a.mp4", 1200);
});

Deno.test("raiseDoubt() counts reads at one moment once", () => {
  assertEquals(raiseDoubt(raiseDoubt()), { looks: 0, since: -Infinity, isNew: true });
  assertEquals(settleDoubt(raiseDoubt(), 5), { looks: 1, since: 5, isNew: false });
});

Deno.test("RemoteFiles does not ask for ever for a file that reads do not find", async () => {
  const origin = new MemoryOrigin();
  origin.write("a.mp4", new Uint8Array(10));
  let time = 0;
  const files = new RemoteFiles({
    reader: origin,
    freshMs: 5000,
    clock: { now: () => time, start: () => () => {} },
    onVersion() {},
    restore: () => Promise.resolve(undefined),
  });
  const stat = () => files.stat("a.mp4", { signal });
  const [found] = [await stat()];
  if (found?.kind !== "file") throw new Error("no file");
  const read = () => files.drop(found.file);
  read();
  assertEquals(await stat(), found);
  read();
  read();
  for (let i = 0; i < 3; i++) assertEquals((await assertRejects(stat, SourceError)).status, 502);
  assertEquals(origin.count(), 3);
  time = 1000;
  assertEquals(await stat(), found); // the origin may have mended
  read();
  assertEquals(await stat(), found);
  files.confirm(found.file, time);
  read();
  assertEquals(await stat(), found);
});
