/** Files of a remote origin that are replaced while they are open. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { formatPackage } from "../../lib/package/package.ts";
import { toPackage } from "../../lib/presentation/to_package.ts";
import { openTestdata } from "../sample_presentations.ts";
import { RemoteSetup } from "../storage/remote/remote_setup.ts";
import { serveStorage } from "../serve_files.ts";
import { readTestdata } from "../test_files.ts";

const PACKAGE = await openTestdata(["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"]);
const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];

async function setUp(pageCount = 64) {
  const setup = new RemoteSetup({ pageCount });
  for (const name of FILES) setup.origin.write(name, readTestdata(name));
  setup.origin.write("film.json", new TextEncoder().encode(formatPackage(toPackage(PACKAGE))));
  setup.origin.write("other.txt", new Uint8Array(10));
  const server = serveStorage(setup.storage);
  const [, manifest] = await server.get("/film.json/.m3u8");
  const variant = /^[^#\s].*\.m3u8$/m.exec(new TextDecoder().decode(manifest));
  assert(variant);
  return { setup, server, playlist: `/film.json/${variant[0]}` };
}

/** Returns the URLs of the segments of a playlist. */
async function listSegments({ server, playlist }: Awaited<ReturnType<typeof setUp>>) {
  const [status, text] = await server.get(playlist);
  assertEquals(status, 200);
  const names = new TextDecoder().decode(text).split("\n").filter((it) => /^[^#].*m4s/.test(it));
  return names.map((name) => `/film.json/${name}`);
}

Deno.test("handle() opens an asset again at once when the origin has another version of a file", async () => {
  const test = await setUp(1); // so that nothing stays in memory
  const { setup, server } = test;
  const before = await listSegments(test);
  assertEquals((await server.get(before[0]!))[0], 200);
  await server.get("/other.txt"); // evicts all else
  for (const name of FILES) setup.origin.write(name, readTestdata(name.replace("240p", "360p")));
  const [status, body] = await server.get(before[1]!);
  assertEquals([status, JSON.parse(new TextDecoder().decode(body)).code], [404, "NOT_FOUND"]);
  const after = await listSegments(test);
  assertNotEquals(after[0], before[0]);
  for (const url of after) assertEquals((await server.get(url))[0], 200);
  server[Symbol.dispose]();
  setup[Symbol.dispose]();
});

Deno.test("handle() serves the new version of a static file", async () => {
  using setup = new RemoteSetup({ pageCount: 1 });
  setup.origin.write("a.txt", new Uint8Array(200_000));
  setup.origin.write("b.txt", new Uint8Array(10));
  using server = serveStorage(setup.storage);
  assertEquals((await server.get("/a.txt"))[1].length, 200_000);
  await server.get("/b.txt");
  setup.origin.write("a.txt", new Uint8Array(200_001));
  assertEquals((await server.get("/a.txt"))[1].length, 200_001);
});
