import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Asset } from "../../lib/library/asset.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { addMedia, type TestApp, testApp } from "../server/fixture.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { readTestdata } from "../test_files.ts";
import { TestLibrary } from "./test_library.ts";

function createFilm(): TestApp {
  const server = testApp();
  addMedia(server, "ladder-avc-240p.mp4", "d/film.mp4");
  addMedia(server, "ladder-vtt-fra.vtt", "d/film.fr.vtt");
  return server;
}

function getFiles({ presentation }: Asset): string[] {
  return [...presentation.renditions.values()].map(({ file }) => file);
}

/** Changes of `/d`, and the files that the film has afterwards. */
const changes: [what: string, change: (server: TestApp) => void, files: string[]][] = [
  [
    "a sidecar comes",
    (server) => addMedia(server, "ladder-vtt-eng.vtt", "d/film.en.vtt"),
    ["film.mp4", "film.en.vtt", "film.fr.vtt"],
  ],
  ["a sidecar goes", (server) => server.files.remove("d/film.fr.vtt"), ["film.mp4"]],
  [
    "a sidecar changes",
    (server) => addMedia(server, "ladder-vtt-eng.vtt", "d/film.fr.vtt"),
    ["film.mp4", "film.fr.vtt"],
  ],
];

for (const [what, change, files] of changes) {
  Deno.test(`open() opens a film again, with another version, when ${what}`, async () => {
    using server = createFilm();
    const test = new TestLibrary(server);
    const before = await test.open("d/film.mp4");
    change(server);
    test.time = 20_000;
    const after = await test.open("d/film.mp4");
    assertEquals(getFiles(after), files);
    assertNotEquals(after.presentation.version, before.presentation.version);
    test.library.close();
  });
}

Deno.test("open() keeps a film open when unrelated files come and go", async () => {
  using server = createFilm();
  const test = new TestLibrary(server);
  const before = await test.open("d/film.mp4");
  for (const name of ["z.mp4", "film 2.mp4", "film.txt", "films.fr.vtt"]) {
    addMedia(server, "ladder-avc-240p.mp4", `d/${name}`);
    test.time += 1000;
    assert(await test.open("d/film.mp4") === before);
    server.files.remove(`d/${name}`);
    test.time += 1000;
    assert(await test.open("d/film.mp4") === before);
  }
  test.library.close();
});

Deno.test("open() leaves out sidecars of another policy than their film", async () => {
  using server = createFilm();
  addMedia(server, "ladder-vtt-eng.vtt", "d/film.en.vtt");
  const test = new TestLibrary(server, {
    haveSamePolicy: (file, other) => file === "d/film.mp4" && other !== "d/film.fr.vtt",
  });
  const asset = await test.open("d/film.mp4");
  assertEquals(getFiles(asset), ["film.mp4", "film.en.vtt"]);
  assertEquals(asset.presentation.warnings, []);
  test.library.close();
});

Deno.test("open() opens a film again whose sidecar could not be read", async () => {
  const storage = new MemoryStorage();
  storage.write("film.mp4", readTestdata("ladder-avc-240p.mp4"));
  storage.write("film.fr.vtt", readTestdata("ladder-vtt-fra.vtt"));
  storage.setModifiedAt("", 1e9);
  const open = storage.open.bind(storage);
  let failing = true;
  storage.open = (path, name, options) => {
    const isDirectory = failing && name === "film.fr.vtt"; // fails as a device does
    return open(isDirectory ? "" : path, name, options);
  };
  using server = testApp();
  const test = new TestLibrary(server, { root: new DocumentRoot(storage) });
  assertEquals(getFiles(await test.open("film.mp4")), ["film.mp4"]);
  failing = false;
  test.time = 20_000;
  assertEquals(getFiles(await test.open("film.mp4")), ["film.mp4", "film.fr.vtt"]);
  test.library.close();
});

Deno.test("open() lists the directory of many files once", async () => {
  const storage = new MemoryStorage();
  const names = Array.from({ length: 10 }, (_, i) => `film ${i}.mp4`);
  for (const name of names) storage.write(`d/${name}`, readTestdata("ladder-avc-240p.mp4"));
  storage.setModifiedAt("d", 1e9);
  using server = testApp();
  const test = new TestLibrary(server, { root: new DocumentRoot(storage) });
  for (const time of [0, 20_000, 40_000]) {
    test.time = time;
    for (const name of names) await test.open(`d/${name}`);
  }
  assertEquals(storage.requests.filter(({ kind }) => kind === "list").length, 1);
  test.library.close();
});
