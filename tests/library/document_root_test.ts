import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";

const UNIX = Deno.build.os !== "windows";

/** `root/` with files and links, `outside/` beside it, and `root-too/`, whose name starts like the root's. */
function setUp(
  storage?: LocalStorage,
): { folder: string; root: DocumentRoot; [Symbol.dispose](): void } {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  for (const name of ["root", "root/sub", "root/.hidden", "outside", "root-too"]) {
    Deno.mkdirSync(join(folder, name));
  }
  for (const name of ["root/a.mp4", "root/.hidden/a.mp4", "outside/a.mp4", "root-too/a.mp4"]) {
    Deno.writeTextFileSync(join(folder, name), "");
  }
  const links = {
    "root/inner": "sub",
    "root/a-link.mp4": "a.mp4",
    "root/out.mp4": "../outside/a.mp4",
    "root/out": "../outside",
    "root/too": "../root-too",
    "root/absolute": "/etc",
    "root/dangling": "nothing",
    "root/loop": "loop",
    "root/shown": ".hidden",
  };
  for (const [name, target] of Object.entries(links)) Deno.symlinkSync(target, join(folder, name));
  return {
    folder,
    root: new DocumentRoot(join(folder, "root"), storage),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

const found: [name: string, path: string][] = [
  ["a.mp4", "a.mp4"],
  ["a-link.mp4", "a.mp4"],
  ["inner", "sub"],
  ["", ""],
];

/** Where looking takes long, and nobody waits. */
class SlowStorage extends LocalStorage {
  override isSlow(): boolean {
    return true;
  }
  override realPathSync(): never {
    throw new Error("the thread is held up");
  }
}

const storages: [how: string, storage?: LocalStorage][] = [["at once"], [
  "later",
  new SlowStorage(),
]];

for (const [how, storage] of storages) {
  for (const [name, path] of found) {
    Deno.test(`find() finds '${name}' ${how}`, async () => {
      using on = setUp(storage);
      const { folder, root } = on;
      const found = root.resolve(name);
      assertEquals(found instanceof Promise, storage !== undefined);
      assertEquals((await found).path, join(folder, "root", path));
    });
  }
}

const refused: [name: string, code: string][] = [
  ["none.mp4", "NOT_FOUND"],
  ["a.mp4/b", "NOT_FOUND"],
  ["dangling", "NOT_FOUND"],
  ["loop", "NOT_FOUND"],
  [".hidden/a.mp4", "NOT_FOUND"],
  ["shown/a.mp4", "NOT_FOUND"],
  ["x".repeat(5000), "NOT_FOUND"],
  ["a\0.mp4", "NOT_FOUND"],
  ["out.mp4", "FORBIDDEN"],
  ["out/a.mp4", "FORBIDDEN"],
  ["too/a.mp4", "FORBIDDEN"],
  ["absolute/passwd", "FORBIDDEN"],
];

for (const [how, storage] of storages) {
  for (const [name, code] of refused) {
    Deno.test(`find() refuses ${JSON.stringify(name.slice(0, 20))} ${how} as ${code}`, async () => {
      using on = setUp(storage);
      const { root } = on;
      const find = async () => await root.resolve(name);
      assertEquals((await assertRejects(find, RequestError, "Cannot")).code, code);
    });
  }
}

const special = { ignore: !UNIX, name: "find() and findMedia() open no FIFO" };
Deno.test(special, async () => {
  using on = setUp();
  const { folder, root } = on;
  await new Deno.Command("mkfifo", { args: [join(folder, "root/fifo.mp4")] }).output();
  assertEquals(assertThrows(() => root.resolve("fifo.mp4"), RequestError).code, "NOT_FOUND");
  const error = assertThrows(() => root.resolveMedia(root.path, "fifo.mp4"), MediaError);
  assertEquals(error.code, "MEDIA_READ");
});

const media: [folder: string, name: string, code: string | undefined][] = [
  ["sub", "../a.mp4", undefined],
  ["", "a-link.mp4", undefined],
  ["", ".hidden/a.mp4", undefined], // the operator's choice
  ["sub", "none.mp4", "MEDIA_MISSING"],
  ["", "dangling", "MEDIA_MISSING"],
  ["", "a\0.mp4", "MEDIA_MISSING"],
  ["", "sub", "MEDIA_READ"],
  ["", "out.mp4", "FORBIDDEN"],
  ["", "../outside/a.mp4", "FORBIDDEN"],
  ["", "../outside/none.mp4", "FORBIDDEN"],
  ["", "../root-too/a.mp4", "FORBIDDEN"],
  ["sub", "../../outside/a.mp4", "FORBIDDEN"],
  ["", "/etc/passwd", "FORBIDDEN"],
];

for (const [how, storage] of storages) {
  for (const [folder, name, code] of media) {
    const what = `${JSON.stringify(name)} in '${folder}' ${how}`;
    Deno.test(`resolveMedia() of ${what}: ${code ?? "found"}`, async () => {
      using on = setUp(storage);
      const { root } = on;
      const find = async () => await root.resolveMedia(join(root.path, folder), name);
      if (code === undefined) return assert((await find()).info.isFile);
      const error = await assertRejects(find, Error, "Cannot") as MediaError | RequestError;
      assertEquals(error.code, code);
    });
  }
}
