import { assertEquals, assertNotEquals } from "@std/assert";
import { DirectoryFilms } from "../../lib/library/directory_films.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { isUnchanged } from "../../lib/library/fingerprint.ts";
import { MemoryStorage } from "../memory_storage.ts";

/** Long ago, so that the list of the directory is valid until it changes. */
const SETTLED_SECONDS = 1e9;

function createDirectory(names: readonly string[]) {
  const storage = new MemoryStorage();
  for (const name of names) storage.write(`d/${name}`, "");
  storage.setModifiedAt("d", SETTLED_SECONDS);
  const clock = { now: 0 };
  const films = new DirectoryFilms(new DocumentRoot(storage), () => clock.now);
  const countLists = () => storage.requests.filter(({ kind }) => kind === "list").length;
  return { storage, films, clock, countLists };
}

Deno.test("find() lists a directory once for all of its files", async () => {
  const { films, countLists, clock } = createDirectory(["a.mp4", "a.fr.vtt", "b.mp4", "c.mp4"]);
  const found = await Promise.all(["a.mp4", "b.mp4"].map((name) => films.find("d", name)));
  clock.now = 1e9;
  found.push(await films.find("d", "c.mp4"), await films.find("d", "a.fr.vtt"));
  assertEquals(found.map(({ film }) => film?.members.map(({ name }) => name)), [
    ["a.mp4", "a.fr.vtt"],
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(countLists(), 1);
  for (const { fingerprint } of found) assertEquals(await isUnchanged([fingerprint]), true);
  assertEquals(countLists(), 1);
});

/** Changes of a directory with a film `a.mp4`, and whether its fingerprint changes. */
const changes: [what: string, change: (storage: MemoryStorage) => void, changed: boolean][] = [
  ["an unrelated file comes", (storage) => storage.write("d/z.mp4", ""), false],
  ["an unrelated file goes", (storage) => storage.remove("d/b.mp4"), false],
  ["the content of a member changes", (storage) => storage.write("d/a.fr.vtt", "WEBVTT"), false],
  ["a member comes", (storage) => storage.write("d/a.de.vtt", ""), true],
  ["a member goes", (storage) => storage.remove("d/a.fr.vtt"), true],
  ["a member gets another name", (storage) => storage.rename("d/a.fr.vtt", "d/a.it.vtt"), true],
  ["the directory goes", (storage) => storage.remove("d"), true],
];

for (const [what, change, changed] of changes) {
  Deno.test(`find() returns a fingerprint that ${changed ? "changes" : "remains"} when ${what}`, async () => {
    const { films, storage } = createDirectory(["a.mp4", "a.fr.vtt", "b.mp4"]);
    const { fingerprint } = await films.find("d", "a.mp4");
    change(storage);
    assertEquals(await isUnchanged([fingerprint]), !changed);
  });
}

Deno.test("find() returns a fingerprint that changes when a file gets its first sidecar", async () => {
  const { films, storage } = createDirectory(["a.mp4"]);
  const { film, fingerprint } = await films.find("d", "a.mp4");
  assertEquals(film, undefined);
  storage.write("d/a.fr.vtt", "");
  assertEquals(await isUnchanged([fingerprint]), false);
});

Deno.test("find() lists a directory that has just changed again, once a second", async () => {
  const { films, storage, clock, countLists } = createDirectory(["a.mp4"]);
  storage.write("d/b.mp4", ""); // now
  for (const now of [0, 999, 1000, 1999, 2000]) {
    clock.now = now;
    await films.find("d", "a.mp4");
  }
  assertEquals(countLists(), 3);
});

Deno.test("find() reads a directory that changes all the time for a tenth of the time", async () => {
  const { films, storage, clock, countLists } = createDirectory(["a.mp4"]);
  const list = storage.list.bind(storage);
  let readMs = 50;
  storage.list = (path) => {
    clock.now += readMs;
    return list(path);
  };
  const countReads = async (until: number) => {
    const count = countLists();
    while (clock.now < until) {
      storage.write(`d/${clock.now}.txt`, "");
      await films.find("d", "a.mp4");
      clock.now += 10;
    }
    return countLists() - count;
  };
  assertEquals(await countReads(5000), 10);
  storage.write("d/a.fr.vtt", "");
  assertEquals((await films.find("d", "a.mp4")).film?.members.length, 2);
  readMs = 5000; // slow storage: a change counts after a second at the latest
  await countReads(clock.now + 6000);
  storage.remove("d/a.fr.vtt");
  clock.now += 1000;
  assertEquals((await films.find("d", "a.mp4")).film, undefined);
});

Deno.test("find() finds no film of more than 100 files", async () => {
  const names = Array.from({ length: 99 }, (_, i) => `a-${i + 100}p.mp4`);
  const { films } = createDirectory(["a.mp4", ...names]);
  assertEquals((await films.find("d", "a.mp4")).film?.members.length, 100);
  const { films: more } = createDirectory(["a.mp4", "a.vtt", ...names]);
  assertEquals((await more.find("d", "a.mp4")).film, undefined);
});

Deno.test("find() finds no film in a directory of more than 10,000 entries", async () => {
  const { storage, films } = createDirectory(["a.mp4", "a.fr.vtt"]);
  const entries = Array.from({ length: 9998 }, (_, i) => ({ name: `${i}`, kind: "file" as const }));
  const list = storage.list.bind(storage);
  storage.list = async (path) => [...await list(path) ?? [], ...entries];
  assertNotEquals((await films.find("d", "a.mp4")).film, undefined);
  entries.push({ name: "9999", kind: "file" });
  storage.write("d/z", "");
  assertEquals((await films.find("d", "a.mp4")).film, undefined);
});

Deno.test("find() finds no film where the directory cannot be read", async () => {
  const { films } = createDirectory(["a.mp4"]);
  const { film, fingerprint } = await films.find("none", "a.mp4");
  assertEquals([film, fingerprint.value], [undefined, "Cannot find 'none'"]);
  assertEquals(await isUnchanged([fingerprint]), true);
});

Deno.test("find() ignores directories, dot files and names that no URL can have", async () => {
  const { storage, films } = createDirectory(["a.mp4", ".a.fr.vtt", "a.fr\\x.vtt"]);
  storage.makeDirectory("d/a.de.vtt");
  assertEquals((await films.find("d", "a.mp4")).film, undefined);
});
