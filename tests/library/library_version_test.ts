/** Versions that an open asset does not have. */

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import { copyMedia, testApp } from "../server/fixture.ts";
import { TestLibrary } from "./test_library.ts";

for (const file of ["film.json", "video.mp4"]) {
  Deno.test(`open() finds a version of ${file} that another worker has noticed within the second`, async () => {
    using server = testApp();
    const [one, other] = [new TestLibrary(server), new TestLibrary(server)];
    const before = await one.open(file);
    copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
    one.time = 500;
    const { version } = (await other.open(file)).presentation;
    assertNotEquals(version, before.presentation.version);
    assert(await one.open(file) === before);
    assertEquals((await one.open(file, version)).presentation.version, version);
    [one, other].forEach(({ library }) => library.close());
  });
}

Deno.test("open() checks for an unknown version at most once a second", async () => {
  using server = testApp();
  const root = new DocumentRoot(server.app.root.storage);
  const resolve = root.resolve.bind(root);
  let checks = 0;
  root.resolve = (file) => {
    checks++;
    return resolve(file);
  };
  const test = new TestLibrary(server, { root });
  const asset = await test.open("video.mp4");
  const counts: number[] = [];
  for (const time of [10, 20, 1009, 1010, 1500, 2010]) {
    test.time = time;
    checks = 0;
    for (let i = 0; i < 5; i++) assert(await test.open("video.mp4", `v${i}`) === asset);
    counts.push(checks);
  }
  const perCheck = counts[0]!;
  assert(perCheck > 0);
  assertEquals(counts, [1, 0, 0, 1, 0, 1].map((times) => times * perCheck));
  checks = 0;
  for (let i = 0; i < 5; i++) await test.open("video.mp4", asset.presentation.version);
  assertEquals(checks, 0);
  test.library.close();
});

Deno.test("open() does not rely on what is remembered of files if it lacks a version", async () => {
  using server = testApp();
  const root = new DocumentRoot(server.app.root.storage);
  const resolve = root.resolve.bind(root);
  const checks = new Set<boolean | undefined>();
  root.resolve = (file, options) => {
    checks.add(options?.mustCheck);
    return resolve(file);
  };
  const test = new TestLibrary(server, { root });
  await test.open("video.mp4");
  for (const [time, version, expected] of [[1000, undefined, false], [1500, "v1", true]] as const) {
    checks.clear();
    test.time = time;
    await test.open("video.mp4", version);
    assert(checks.has(expected) && !checks.has(!expected));
  }
  test.library.close();
});

Deno.test("open() finds a new version for concurrent requests on slow storage", async () => {
  using server = testApp();
  const root = new DocumentRoot(server.app.root.storage);
  const resolve = root.resolve.bind(root);
  root.resolve = async (file) => await resolve(file);
  const [slow, other] = [new TestLibrary(server, { root }), new TestLibrary(server)];
  await slow.open("video.mp4");
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  slow.time = 500;
  const { version } = (await other.open("video.mp4")).presentation;
  const opened = await Promise.all([1, 2, 3].map(() => slow.open("video.mp4", version)));
  assertEquals(opened.map(({ presentation }) => presentation.version), Array(3).fill(version));
  [slow, other].forEach(({ library }) => library.close());
});
