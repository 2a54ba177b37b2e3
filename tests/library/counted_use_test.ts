import { assertEquals } from "@std/assert";
import { CountedUse } from "../../lib/library/counted_use.ts";

class Files extends CountedUse {
  closed = 0;

  protected override close(): void {
    this.closed++;
  }
}

Deno.test("CountedUse closes when it was dropped and all users have released it", () => {
  const files = new Files();
  assertEquals(files.acquire(), true);
  const held = files.hold();
  files.release();
  files.drop();
  assertEquals([files.closed, files.acquire()], [0, true]); // still in use
  files.release();
  held[Symbol.dispose]();
  assertEquals([files.closed, files.acquire()], [1, false]);
});

Deno.test("CountedUse stays open without users until it is dropped", () => {
  const files = new Files();
  files.acquire();
  files.release();
  assertEquals([files.closed, files.acquire()], [0, true]);
  files.release();
  files.drop();
  assertEquals(files.closed, 1);
});
