import { assert, assertEquals } from "@std/assert";
import { createStorage } from "../../lib/ams/worker_storage.ts";
import { MountedStorage } from "../../lib/library/mounts.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import { StoragePort } from "../../lib/storage/remote/storage_port.ts";
import { LocalFiles } from "../test_files.ts";

const parse = (source: string) => parseMountSource(source, () => undefined);

Deno.test("createStorage() is the storage of a directory where there are no mounts", () => {
  using files = new LocalFiles();
  assert(createStorage({ root: files.root }, new StoragePort()) instanceof LocalStorage);
});

Deno.test("createStorage() mounts directories and origins", async () => {
  using files = new LocalFiles();
  files.write("inner/a.mp4", "a");
  const storage = createStorage({
    root: files.root,
    mounts: [
      { path: "b", source: parse(`${files.root}/inner`) },
      { path: "far", source: parse("s3://media?sidecars=on") },
    ],
    allowed: [{ path: "allowed 0", source: parse("https://a.example/films") }],
  }, new StoragePort());
  assertEquals((await storage.stat("b/a.mp4", "a.mp4"))?.path, "b/a.mp4");
  assertEquals(storage.getTraits?.("far/x.mp4"), { remote: true, sidecars: true });
  assert(storage.resolveUrl?.("https://a.example/films/x.mp4") !== undefined);
});

Deno.test("createStorage() has no directory where the document root is an origin", () => {
  const mounts = [{ path: "", source: parse("https://a.example/films") }];
  const storage = createStorage({ mounts }, new StoragePort());
  assert(storage instanceof MountedStorage);
  assertEquals(storage.getTraits("x.mp4"), { remote: true, sidecars: false });
});
