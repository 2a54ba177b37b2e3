import { assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { checkFiles } from "../../lib/ams/check_files.ts";
import { MemoryStorage } from "../memory_storage.ts";

Deno.test("checkFiles() yields a directory that cannot be read", async () => {
  const storage = new MemoryStorage();
  storage.list = () => {
    throw new MediaError("Cannot read this directory", "MEDIA_READ");
  };
  const found = await Array.fromAsync(checkFiles(storage));
  assertEquals(found.map(({ file, error }) => [file, (error as Error).message]), [
    ["/", "Cannot read this directory"],
  ]);
});
