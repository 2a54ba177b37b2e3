import { assertEquals, assertRejects } from "@std/assert";
import { MediaError, SourceError } from "../../lib/errors.ts";
import { openRemoteFile } from "../../lib/origins/remote_file.ts";
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
