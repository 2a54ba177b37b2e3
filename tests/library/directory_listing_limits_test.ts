/** What a look at a folder costs, and whom. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copyMedia, testApp } from "../server/fixture.ts";
import { fileOf, Shelf, write } from "./listing_fixture.ts";

Deno.test("page() ends when titles take too long to open, and has one at least", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  shelf.system.latency = 400;
  shelf.system.where = ".mp4";
  const first = await shelf.page();
  assertEquals(first.files.length, 1);
  assertEquals(first.next, "audio.mp4");
  shelf.system.latency = 0;
  const rest = await shelf.page("", { after: first.next! });
  assertEquals(rest.files.length, first.total.files - 1);
});

Deno.test("page() opens once what many look at", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  const shelf = new Shelf(server);
  const pages = await Promise.all(Array.from({ length: 5 }, () => shelf.page("f")));
  assertEquals(shelf.opened, 1);
  for (const page of pages) assertEquals(page, pages[0]);
});

Deno.test("page() closes what it opened, and keeps nothing in the library", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  await shelf.page();
  assertEquals(shelf.library.isOpen("film.json"), false);
  const count = (call: string) => shelf.system.calls.filter((made) => made === call).length;
  assertEquals(count("closeSync"), count("openSync"));
});

Deno.test("page() opens nothing of what the library has open", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  const shelf = new Shelf(server);
  (await shelf.library.open("f/a.mp4")).release();
  assertEquals(shelf.opened, 1);
  assertEquals(fileOf(await shelf.page("f"), "a.mp4").renditions!.length, 2);
  assertEquals(shelf.opened, 1);
  shelf.library.close();
});

Deno.test("page() looks at no more than 10,000 entries, and says so", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  const shelf = new Shelf(server);
  const readDir = shelf.system.readDir;
  shelf.system.readDir = async () => {
    const [entry] = await readDir(server.root);
    return Array.from(
      { length: 10_003 },
      (_, i) => ({ ...entry!, isFile: true, name: `${i}.txt` }),
    );
  };
  const { total, leftOut, next } = await shelf.page("f", { limit: 1 });
  assertEquals([total.files, leftOut, next], [10_000, 3, "0.txt"]);
});

Deno.test("page() waits for slow storage without holding up others", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  Deno.mkdirSync(join(server.root, "quick"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  write(server, "quick/b.txt");
  const shelf = new Shelf(server);
  shelf.system.devices.push(["/f", 2]);
  await shelf.page("quick");
  shelf.system.latency = 300;
  shelf.system.where = "/f/";
  await shelf.page("f", { limit: 1 });
  const letGo = shelf.system.hold("/f/");
  shelf.system.time += 60_000;
  let done = false;
  const waiting = shelf.page("f").then(() => done = true);
  assertEquals((await shelf.page("quick")).files.length, 1);
  assertEquals(done, false);
  letGo();
  await waiting;
});
