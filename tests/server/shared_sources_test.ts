import { assertEquals } from "@std/assert";
import { SharedSources } from "../../lib/server/shared_sources.ts";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import type { Source } from "../../lib/storage/source.ts";
import { testApp } from "./fixture.ts";

/** Counts the files that are open. */
class Files {
  opened = 0;
  open = 0;

  readonly create = (): Source => {
    this.opened++;
    this.open++;
    return { name: "a", size: 1, synchronous: true, read: () => {}, close: () => void this.open-- };
  };

  readonly createAsync = (): Promise<Source> => Promise.resolve().then(this.create);
}

Deno.test("SharedSources.open() opens a file once while it is used", async () => {
  const sources = new SharedSources();
  const files = new Files();
  const first = await sources.open("a", files.create);
  const second = await sources.open("a", files.create);
  const other = await sources.open("b", files.create);
  assertEquals(first.source === second.source, true);
  assertEquals(first.source === other.source, false);
  other[Symbol.dispose]();
  first[Symbol.dispose]();
  assertEquals([files.opened, files.open], [2, 1]);
  second.hold();
  second[Symbol.dispose]();
  assertEquals(files.open, 1);
  second[Symbol.dispose]();
  assertEquals(files.open, 0);
  using _again = await sources.open("a", files.create);
  assertEquals([files.opened, files.open], [3, 1]);
});

Deno.test("SharedSources.open() closes files that are opened at the same time", async () => {
  const sources = new SharedSources();
  const files = new Files();
  const [first, second] = await Promise.all([
    sources.open("a", files.createAsync),
    sources.open("a", files.createAsync),
  ]);
  first[Symbol.dispose]();
  using third = await sources.open("a", files.create);
  assertEquals(third.source === second.source, true);
  second[Symbol.dispose]();
  assertEquals([files.opened, files.open], [2, 1]);
});

Deno.test("handle() opens a file once for large responses in progress", async () => {
  let opened = 0;
  const openSync: FileSystem["openSync"] = (path, mode) => {
    opened++;
    return WITHOUT_CLOCK.openSync(path, mode);
  };
  using server = testApp({}, { ...WITHOUT_CLOCK, openSync });
  server.files.write("a.bin", new Uint8Array(3 * 2 ** 20));
  const responses = await Promise.all(["", "", ""].map(() => server.request("GET /a.bin")));
  assertEquals(opened, 1);
  for (const response of responses) assertEquals((await response.bytes()).length, 3 * 2 ** 20);
  await (await server.request("GET /a.bin")).body!.cancel();
  assertEquals(opened, 2); // it was closed meanwhile
});
