import { assertEquals } from "@std/assert";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { parseRemotePath } from "../../lib/origins/remote_path.ts";
import { getOriginUrl } from "../../lib/storage/remote/object_url.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

Deno.test("OriginConnections connects once to each origin, and closes all", async () => {
  const reader = new MemoryOrigin();
  for (const name of ["a", "b"]) reader.write(name, new Uint8Array(2));
  const events: string[] = [];
  const connect = (origin: RemoteOrigin) => {
    const url = getOriginUrl(origin);
    events.push(`open ${url}`);
    return { reader, [Symbol.dispose]: () => void events.push(`close ${url}`) };
  };
  const parse = (url: string) => parseRemotePath(url, () => undefined)!;
  {
    using origins = new OriginConnections(new AbortController().signal, connect);
    for (const file of ["http://h/x/a", "http://h/x/b", "http://h/y/a"]) {
      assertEquals((await origins.open(parse(file), { file })).size, 2);
    }
    assertEquals(origins.connect(parse("http://h/y/c").origin).reader, reader);
  }
  assertEquals(events, [
    "open http://h/x/",
    "open http://h/y/",
    "close http://h/x/",
    "close http://h/y/",
  ]);
});
