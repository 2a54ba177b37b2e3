/** Limits of time and memory for directory listings. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { copyMedia, testApp } from "../server/fixture.ts";
import { getFile, TestListings, write } from "./listing_fixture.ts";

Deno.test("getPage() ends a page when assets open slowly, with at least one entry", async () => {
  using server = testApp();
  const listings = new TestListings(server);
  listings.system.latency = 400;
  listings.system.where = ".mp4";
  const first = await listings.getPage();
  assertEquals(first.files.length, 1);
  assertEquals(first.next, "film.json");
  listings.system.latency = 0;
  const rest = await listings.getPage("", { after: first.next! });
  assertEquals(rest.files.length, first.total.files - 1);
});

Deno.test("getPage() opens an asset once for concurrent listings", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  const listings = new TestListings(server);
  const pages = await Promise.all(Array.from({ length: 5 }, () => listings.getPage("f")));
  assertEquals(listings.opened, 1);
  for (const page of pages) assertEquals(page, pages[0]);
});

Deno.test("getPage() closes what it opened and caches nothing in the library", async () => {
  using server = testApp();
  const listings = new TestListings(server);
  await listings.getPage();
  assertEquals(listings.library.isOpen("film.json"), false);
  const count = (call: string) => listings.system.calls.filter((name) => name === call).length;
  assertEquals(count("closeSync"), count("openSync"));
});

Deno.test("getPage() does not open an asset that the library has open", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  const listings = new TestListings(server);
  (await listings.library.open("f/a.mp4")).release();
  assertEquals(listings.opened, 1);
  assertEquals(getFile(await listings.getPage("f"), "a.mp4").renditions!.length, 2);
  assertEquals(listings.opened, 1);
  listings.library.close();
});

Deno.test("getPage() examines at most 10,000 entries and declares how many it left out", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  const listings = new TestListings(server);
  const readDir = listings.system.readDir;
  listings.system.readDir = async () => {
    const [entry] = await readDir(server.root);
    return Array.from(
      { length: 10_003 },
      (_, i) => ({ ...entry!, isFile: true, name: `${i}.txt` }),
    );
  };
  const { total, leftOut, next } = await listings.getPage("f", { limit: 1 });
  assertEquals([total.files, leftOut, next], [10_000, 3, "0.txt"]);
});

Deno.test("getPage() waits for slow storage without blocking others", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  Deno.mkdirSync(join(server.root, "quick"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  write(server, "quick/b.txt");
  const listings = new TestListings(server);
  listings.system.devices.push(["/f", 2]);
  await listings.getPage("quick");
  listings.system.latency = 300;
  listings.system.where = "/f/";
  await listings.getPage("f", { limit: 1 });
  const resume = listings.system.hold("/f/");
  listings.system.time += 60_000;
  let done = false;
  const waiting = listings.getPage("f").then(() => done = true);
  assertEquals((await listings.getPage("quick")).files.length, 1);
  assertEquals(done, false);
  resume();
  await waiting;
});
