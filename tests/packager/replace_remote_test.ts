import { assertEquals, assertRejects } from "@std/assert";
import { SourceError } from "../../lib/errors.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { replaceRemoteFile } from "../../lib/packager/replace_remote.ts";
import type { ObjectUpload } from "../../lib/storage/remote/object_upload.ts";
import { MemoryOrigin } from "../storage/remote/memory_origin.ts";

const ACCESS = { path: "a.json", file: "s3://media/a.json", signal: new AbortController().signal };

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
