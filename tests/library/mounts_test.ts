import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { type Mount, MountedStorage } from "../../lib/library/mounts.ts";
import { parseAllowedSource, parseMountSource } from "../../lib/storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../../lib/storage/remote/origin.ts";
import type { Storage } from "../../lib/storage/storage.ts";
import { MemoryStorage } from "../memory_storage.ts";

const NO_VARIABLES = () => undefined;

function parse(source: string): RemoteOrigin {
  return parseMountSource(source, NO_VARIABLES) as RemoteOrigin;
}

function storageOf(...paths: string[]): MemoryStorage {
  const storage = new MemoryStorage();
  for (const path of paths) storage.write(path, path);
  return storage;
}

function mount(path: string, storage: Storage, at: Mount["at"] = `/srv/${path}`): Mount {
  return { path, storage, at };
}

const ROOT = () => mount("", storageOf("a.mp4", "vod/hidden.mp4", "other/b.mp4"));

async function readText(storage: Storage, path: string): Promise<string | undefined> {
  const resolved = await storage.stat(path, path);
  if (!resolved) return undefined;
  const source = await storage.open(resolved.path, path, { resolved });
  const bytes = new Uint8Array(source.size);
  await source.read(0, bytes);
  source.close();
  return new TextDecoder().decode(bytes);
}

const FILES: [path: string, text: string | undefined][] = [
  ["a.mp4", "a.mp4"],
  ["other/b.mp4", "other/b.mp4"],
  ["vod/film.mp4", "film.mp4"],
  ["vod/hidden.mp4", undefined],
  ["vodka/x.mp4", undefined],
  ["vod/deep/x.mp4", "x.mp4"],
  ["vod/deep/film.mp4", undefined],
  ["vod/deeper/y.mp4", "deeper/y.mp4"],
];

for (const [path, text] of FILES) {
  Deno.test(`MountedStorage finds ${path} in the mount with the longest path`, async () => {
    const storage = new MountedStorage([
      ROOT(),
      mount("vod", storageOf("film.mp4", "deeper/y.mp4", "deep/film.mp4")),
      mount("vod/deep", storageOf("x.mp4")),
    ]);
    assertEquals(await readText(storage, path), text);
    if (text !== undefined) assertEquals((await storage.stat(path, path))!.path, path);
  });
}

async function listNames(storage: Storage, path: string): Promise<string[] | undefined> {
  const entries = await storage.list(path, path);
  return entries?.map(({ name, kind }) => `${name}${kind === "directory" ? "/" : ""}`).sort();
}

Deno.test("MountedStorage.list() shows mounts in place of what they cover", async () => {
  const storage = new MountedStorage([
    ROOT(),
    mount("vod", storageOf("film.mp4")),
    mount("far/away", storageOf("x.mp4")),
  ]);
  assertEquals(await listNames(storage, ""), ["a.mp4", "far/", "other/", "vod/"]);
  assertEquals(await listNames(storage, "vod"), ["film.mp4"]);
  assertEquals(await listNames(storage, "far"), ["away/"]);
  assertEquals((await storage.stat("far", "far"))?.kind, "directory");
  assertEquals(await listNames(storage, "none"), undefined);
});

Deno.test("MountedStorage.resolve() stays within the mount of the package", () => {
  const storage = new MountedStorage([ROOT(), mount("vod", storageOf("film.mp4"))]);
  assertEquals(storage.resolve("vod/a", "../film.mp4"), "vod/film.mp4");
  assertEquals(storage.resolve("other", "../a.mp4"), "a.mp4");
  for (const [directory, name] of [["vod", "../a.mp4"], ["", "vod/film.mp4"]] as const) {
    assertThrows(() => storage.resolve(directory, name), RequestError);
  }
});

Deno.test("MountedStorage shows nothing of a link into what a mount covers", async () => {
  const root = storageOf("vod/hidden.mp4");
  root.link("vod/hidden.mp4", "link.mp4");
  const storage = new MountedStorage([mount("", root), mount("vod", storageOf("hidden.mp4"))]);
  assertEquals(await storage.stat("link.mp4", "link.mp4"), undefined);
});

Deno.test("MountedStorage.resolveUrl() leads to allowed origins alone", async () => {
  const origin = parseAllowedSource("https://origin.example/films", NO_VARIABLES);
  const allowed = [{ storage: storageOf("a.mp4"), origin }];
  const storage = new MountedStorage([ROOT()], allowed);
  const path = storage.resolveUrl("https://origin.example/films/a.mp4")!;
  assertEquals(await readText(storage, path), "a.mp4");
  assertEquals(storage.resolveUrl("https://other.example/films/a.mp4"), undefined);
  assertEquals(await listNames(storage, ""), ["a.mp4", "other/", "vod/"]);
  assertEquals(storage.listPaths(path), []);
});

const S3 = "?endpoint=http://s3.example:9000";

const EXPOSED: [mounts: Record<string, string>, path: string, paths: string[]][] = [
  [{ "": "/srv", vod: "/srv/.vod" }, ".vod/a.mp4", [".vod/a.mp4", "vod/a.mp4"]],
  [{ "": "/srv", vod: "/srv/.vod" }, "vod/a.mp4", [".vod/a.mp4", "vod/a.mp4"]],
  [{ "": "/srv", vod: "/srv/vodka" }, "vodk/a.mp4", ["vodk/a.mp4"]],
  [{ "": "/srv", x: `s3://media${S3}`, y: `s3://media/.films${S3}` }, "x/.films/ä+.mp4", [
    "x/.films/ä+.mp4",
    "y/ä+.mp4",
  ]],
  [
    { "": "/srv", x: `s3://media${S3}`, y: "http://s3.example:9000/media/.films" },
    "x/.films/ä.mp4",
    [
      "x/.films/ä.mp4",
      "y/ä.mp4",
    ],
  ],
  [{ "": "/srv", x: `s3://media${S3}`, y: `s3://media${S3}&style=host` }, "x/.a.mp4", [
    "x/.a.mp4",
    "y/.a.mp4",
  ]],
  [{ "": "/srv", x: "https://a.example/v", y: "https://b.example/v" }, "x/a.mp4", ["x/a.mp4"]],
  [{ "": "/srv", ".a": "/srv/.a", b: "/srv/.a" }, ".a/x.mp4", [".a/x.mp4", "b/x.mp4"]],
];

for (const [mounts, path, paths] of EXPOSED) {
  Deno.test(`MountedStorage.listPaths() finds ${path} below ${JSON.stringify(mounts)}`, () => {
    const storage = new MountedStorage(
      Object.entries(mounts).map(([path, at]) =>
        mount(path, storageOf(), at.startsWith("/") ? at : parse(at))
      ),
    );
    assertEquals(storage.listPaths(path).sort(), paths);
  });
}

Deno.test("MountedStorage passes on what a mount says of its files", async () => {
  const remote = Object.assign(storageOf("film.mp4"), {
    getTraits: () => ({ remote: true, sidecars: false }),
  });
  const storage = new MountedStorage([ROOT(), mount("vod", remote)]);
  assertEquals(storage.getTraits("vod/x"), { remote: true, sidecars: false });
  assertEquals(storage.getTraits("a.mp4"), { remote: false, sidecars: true });
  assertEquals(await storage.isGone(), false);
});
