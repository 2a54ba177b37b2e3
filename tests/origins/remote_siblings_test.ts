import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, RequestError, SourceError } from "../../lib/errors.ts";
import { OriginConnections } from "../../lib/origins/origin_connections.ts";
import { parseRemotePath } from "../../lib/origins/remote_path.ts";
import { listRemoteSiblings } from "../../lib/origins/remote_siblings.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

async function list(reader: MemoryOrigin): Promise<readonly string[]> {
  const connect = () => ({ reader, [Symbol.dispose]: () => {} });
  using origins = new OriginConnections(new AbortController().signal, connect);
  const remote = parseRemotePath("s3://media/films/a.mp4", () => undefined)!;
  return await listRemoteSiblings(remote, origins);
}

Deno.test("listRemoteSiblings() lists files in natural order, without directories and dot names", async () => {
  const origin = new MemoryOrigin();
  for (const file of ["10.vtt", "2.vtt", "a.mp4", ".b.vtt", "c/d.vtt"]) {
    origin.write(file, new Uint8Array(1));
  }
  assertEquals(await list(origin), ["2.vtt", "10.vtt", "a.mp4"]);
});

for (
  const [error, message] of [
    [new SourceError("SOURCE_DENIED", "Cannot list it"), "Cannot list it"],
    [
      new RequestError("NOT_FOUND", "no listings"),
      "Cannot find the files that belong to it: web servers have no listings; name them",
    ],
  ] as const
) {
  Deno.test(`listRemoteSiblings() names the file after a ${error.name}`, async () => {
    const origin = new MemoryOrigin();
    origin.failure = error;
    const thrown = await assertRejects(() => list(origin), MediaError);
    assertEquals(thrown.message, `s3://media/films/a.mp4: ${message}`);
  });
}
