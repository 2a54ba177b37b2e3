import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";

const UNIX = Deno.build.os !== "windows";

/** `root/` with files and links, `outside/` next to it, and `root-too/`, which has the root's name as a prefix. */
function setUp(
  devices = new Devices(WITHOUT_CLOCK),
): { directory: string; root: DocumentRoot; [Symbol.dispose](): void } {
  const directory = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "ams-" }));
  for (const name of ["root", "root/sub", "root/.hidden", "outside", "root-too"]) {
    Deno.mkdirSync(join(directory, name));
  }
  for (const name of ["root/a.mp4", "root/.hidden/a.mp4", "outside/a.mp4", "root-too/a.mp4"]) {
    Deno.writeTextFileSync(join(directory, name), "");
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
  for (const [name, target] of Object.entries(links)) {
    Deno.symlinkSync(target, join(directory, name));
  }
  return {
    directory,
    root: new DocumentRoot(new LocalStorage(join(directory, "root"), devices)),
    [Symbol.dispose]: () => Deno.removeSync(directory, { recursive: true }),
  };
}

const resolved: [name: string, path: string][] = [
  ["a.mp4", "a.mp4"],
  ["a-link.mp4", "a.mp4"],
  ["inner", "sub"],
  ["", ""],
];

/** Devices that must be accessed asynchronously. */
class SlowDevices extends Devices {
  override isSlow(): boolean {
    return true;
  }
  override realPathSync(): never {
    throw new Error("blocks the thread");
  }
}

const MODES: [mode: string, devices?: Devices][] = [
  ["synchronously"],
  ["asynchronously", new SlowDevices()],
];

for (const [mode, devices] of MODES) {
  for (const [name, path] of resolved) {
    Deno.test(`resolve() resolves '${name}' ${mode}`, async () => {
      using setup = setUp(devices);
      const { root } = setup;
      const result = root.resolve(name);
      assertEquals(result instanceof Promise, devices !== undefined);
      assertEquals((await result).path, path);
    });
  }
}

Deno.test("resolve() asks the storage for no dot file", () => {
  const storage = { stat: (): never => assertEquals("stat()", "nothing") as never };
  const root = new DocumentRoot(storage as unknown as LocalStorage);
  for (const name of [".env", ".git/config", "films/.media/a.mp4", "films/.a.mp4"]) {
    assertThrows(() => root.resolve(name), RequestError, `Cannot find '${name}'`);
  }
});

const rejected: [name: string, code: string][] = [
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

for (const [mode, devices] of MODES) {
  for (const [name, code] of rejected) {
    Deno.test(`resolve() rejects ${JSON.stringify(name.slice(0, 20))} ${mode} with ${code}`, async () => {
      using setup = setUp(devices);
      const { root } = setup;
      const resolve = async () => await root.resolve(name);
      assertEquals((await assertRejects(resolve, RequestError, "Cannot")).code, code);
    });
  }
}

const special = { ignore: !UNIX, name: "resolve() and resolveMedia() open no FIFO" };
Deno.test(special, async () => {
  using setup = setUp();
  const { directory, root } = setup;
  await new Deno.Command("mkfifo", { args: [join(directory, "root/fifo.mp4")] }).output();
  assertEquals(assertThrows(() => root.resolve("fifo.mp4"), RequestError).code, "NOT_FOUND");
  const error = assertThrows(() => root.resolveMedia("", "fifo.mp4"), MediaError);
  assertEquals(error.code, "MEDIA_READ");
});

const media: [directory: string, name: string, code: string | undefined][] = [
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

for (const [mode, devices] of MODES) {
  for (const [directory, name, code] of media) {
    const description = `${JSON.stringify(name)} in '${directory}' ${mode}`;
    Deno.test(`resolveMedia() resolves ${description}: ${code ?? "found"}`, async () => {
      using setup = setUp(devices);
      const { root } = setup;
      const resolve = async () => await root.resolveMedia(directory, name);
      if (code === undefined) return assertEquals((await resolve()).kind, "file");
      const error = await assertRejects(resolve, Error, "Cannot") as MediaError | RequestError;
      assertEquals(error.code, code);
    });
  }
}
