import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { Root } from "../../lib/server/root.ts";

const UNIX = Deno.build.os !== "windows";

/** `root/` with files and links, `outside/` beside it, and `root-too/`, whose name starts like the root's. */
function setUp(): { folder: string; root: Root; [Symbol.dispose](): void } {
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
    root: new Root(join(folder, "root")),
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

const found: [name: string, path: string][] = [
  ["a.mp4", "a.mp4"],
  ["a-link.mp4", "a.mp4"],
  ["inner", "sub"],
  ["", ""],
];

for (const [name, path] of found) {
  Deno.test(`find() finds '${name}'`, () => {
    using on = setUp();
    const { folder, root } = on;
    assertEquals(root.find(name).path, join(folder, "root", path));
  });
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

for (const [name, code] of refused) {
  Deno.test(`find() refuses ${JSON.stringify(name.slice(0, 20))} as ${code}`, () => {
    using on = setUp();
    const { root } = on;
    assertEquals(assertThrows(() => root.find(name), RequestError, "Cannot").code, code);
  });
}

const special = { ignore: !UNIX, name: "find() and findMedia() open no FIFO" };
Deno.test(special, async () => {
  using on = setUp();
  const { folder, root } = on;
  await new Deno.Command("mkfifo", { args: [join(folder, "root/fifo.mp4")] }).output();
  assertEquals(assertThrows(() => root.find("fifo.mp4"), RequestError).code, "NOT_FOUND");
  const error = assertThrows(() => root.findMedia(root.path, "fifo.mp4"), MediaError);
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

for (const [folder, name, code] of media) {
  Deno.test(`findMedia() of ${JSON.stringify(name)} in '${folder}': ${code ?? "found"}`, () => {
    using on = setUp();
    const { root } = on;
    const find = () => root.findMedia(join(root.path, folder), name);
    if (code === undefined) return assert(find().info.isFile);
    const error = assertThrows(find, Error, "Cannot") as MediaError | RequestError;
    assertEquals(error.code, code);
  });
}
