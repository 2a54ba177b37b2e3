import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, SourceError } from "../../lib/errors.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { openRemoteFile, replaceRemoteFile } from "../../lib/packager/remote_file.ts";
import type { ObjectUpload } from "../../lib/storage/remote/object_upload.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

const ACCESS = { path: "a.json", file: "s3://media/a.json", signal: new AbortController().signal };

Deno.test("openRemoteFile() names a file as the command line does", async () => {
  const origin = new MemoryOrigin();
  const missing = await assertRejects(() => openRemoteFile(origin, ACCESS), MediaError);
  assertEquals(missing.message, "s3://media/a.json: Cannot find this file at the origin");
  assertEquals(missing.code, "MEDIA_MISSING");
  origin.failure = new SourceError("SOURCE_DENIED", "Cannot read it");
  const denied = await assertRejects(() => openRemoteFile(origin, ACCESS), MediaError);
  assertEquals(denied.message, "s3://media/a.json: Cannot read it");
});

function replace(write?: (object: ObjectUpload) => Promise<void>, signal = ACCESS.signal) {
  const connection = {
    reader: new MemoryOrigin(),
    ...write && { write },
    [Symbol.dispose]: () => {},
  };
  return replaceRemoteFile(connection, { ...ACCESS, signal, text: "é" });
}

Deno.test("replaceRemoteFile() writes the text as UTF-8, by one request", async () => {
  const objects: ObjectUpload[] = [];
  await replace((object) => Promise.resolve(void objects.push(object)));
  const bytes = new Uint8Array([0xc3, 0xa9]);
  const { path, signal } = ACCESS;
  assertEquals(objects, [{ path, bytes, type: "application/json", signal }]);
});

for (
  const [what, run, why] of [
    [
      "is denied",
      () => replace(() => Promise.reject(new SourceError("SOURCE_DENIED", "no"))),
      "no",
    ],
    [
      "is interrupted",
      () => replace((object) => Promise.reject(object.signal.reason), AbortSignal.abort("SIGINT")),
      "it was interrupted",
    ],
    ["goes to a web server", () => replace(), "a web server is only read; expected s3://"],
  ] as const
) {
  Deno.test(`replaceRemoteFile() names the file if writing ${what}`, async () => {
    const error = await assertRejects(run, OutputError);
    assertEquals(error.message, `Cannot write 's3://media/a.json': ${why}`);
  });
}
