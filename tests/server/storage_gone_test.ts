/** A document root that is gone, and that comes back. */

import { assertEquals } from "@std/assert";
import { createApp } from "../../lib/server/app.ts";
import { handle } from "../../lib/server/handler.ts";
import { Devices } from "../../lib/storage/local/devices.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import { getVersion, type TestApp, testApp } from "./fixture.ts";

const DEVICE = 1;

/** How a root disappears; each returns a function that brings it back. */
const LOSSES: Record<string, (server: Pick<Fixture, "root" | "system">) => () => void> = {
  renamed({ root }) {
    Deno.renameSync(root, `${root}-away`);
    return () => Deno.renameSync(`${root}-away`, root);
  },
  /** Leaves the empty directory of another device. */
  unmounted({ root, system }) {
    Deno.renameSync(root, `${root}-away`);
    Deno.mkdirSync(root);
    system.devices.push([root, DEVICE + 1]);
    return () => {
      system.devices.pop();
      Deno.removeSync(root);
      Deno.renameSync(`${root}-away`, root);
    };
  },
};

interface Fixture extends Disposable {
  readonly root: string;
  readonly system: SlowFileSystem;
  readonly notices: number[];
  get(path: string, accept?: string): Promise<Response>;
}

/** The files of a test app, served by an app whose clock the test advances. */
function setUp(files: TestApp): Fixture {
  const { root } = files;
  const system = new SlowFileSystem();
  const notices: number[] = [];
  const app = createApp(
    new LocalStorage(root, new Devices(system), DEVICE),
    { capacity: 2 ** 24, maxOpenFiles: 64, allowedOrigins: ["*"] },
    {
      onMessage() {},
      onStorageGone: () => notices.push(system.time),
      now: () => system.time,
    },
  );
  return {
    root,
    system,
    notices,
    // deno-lint-ignore require-await -- handle() may return a promise
    get: async (rawPath, accept = "*/*") =>
      handle({ method: "GET", rawPath, headers: new Headers({ accept }) }, app),
    [Symbol.dispose]: () => app.library.close(),
  };
}

type Case = [name: string, path: string, status: number, accept?: string];

/** Whether they can be served depends on the last check of the root, of up to a second ago. */
const CHECKED = ["the root's listing", "the root's page"];

/** What each path is while the root is there. */
const getCases = (version: string): Case[] => [
  ["a manifest", "/film.json/.mpd", 200],
  ["a segment", `/film.json/${version}/video/25600.m4s`, 200],
  ["a plain file's manifest", "/video.mp4/.m3u8", 200],
  ["a static file", "/text.vtt", 200],
  ["the root's listing", "/about.json", 200],
  ["the root's page", "/", 200, "text/html"],
  ["a directory as a presentation", "/.mpd", 200],
  ["an absent file", "/none.mp4", 404],
  ["an absent package", "/none.json/.mpd", 404],
  ["an absent directory", "/none/", 404, "text/html"],
];

for (const [kind, lose] of Object.entries(LOSSES)) {
  Deno.test(`handle() responds with STORAGE_GONE while the root is ${kind}, and recovers`, async () => {
    using files = testApp();
    using server = setUp(files);
    const { system } = server;
    const cases = getCases(await getVersion(files));
    const getStatuses = async () => {
      const all = [];
      for (const [name, path, , accept] of cases) {
        const response = await server.get(path, accept);
        all.push([name, response.status]);
        await response.body?.cancel();
        if (response.status === 503) {
          assertEquals(response.headers.get("ams-error"), "STORAGE_GONE", name);
          assertEquals(response.headers.get("cache-control"), "no-store", name);
        }
      }
      return all;
    };
    const present = cases.map(([name, , status]) => [name, status]);
    const gone = cases.map(([name]) => [name, 503]);
    assertEquals(await getStatuses(), present);
    for (let i = 0; i < 2; i++) {
      const restore = lose(server);
      system.time += 1000; // assets and the root are checked once a second
      assertEquals(await getStatuses(), gone);
      assertEquals(await getStatuses(), gone);
      restore();
      const found = present.filter(([name, status]) =>
        status === 200 && !CHECKED.includes(`${name}`)
      );
      const recovered = await getStatuses();
      assertEquals(recovered.filter(([name]) => found.some(([file]) => file === name)), found);
      system.time += 1000;
      assertEquals(await getStatuses(), present);
    }
    assertEquals(server.notices, [1000, 3000]);
  });
}

Deno.test("handle() forgets what it did not find before it noticed that the root is gone", async () => {
  using files = testApp();
  using server = setUp(files);
  const getStatus = async (path: string) => {
    const response = await server.get(path);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await getStatus("/none"), 404); // checks the root
  const restore = LOSSES.unmounted!(server);
  Deno.utimeSync(server.root, 0, 0); // a directory that has just changed is never cached
  assertEquals(await getStatus("/.mpd"), 404);
  server.system.time += 1000;
  assertEquals(await getStatus("/.mpd"), 503);
  restore();
  assertEquals(await getStatus("/.mpd"), 200);
});

Deno.test("handle() checks the root only for paths that it cannot find", async () => {
  using files = testApp();
  using server = setUp(files);
  const getChecks = () => server.system.calls.filter((call) => call === "stat").length;
  for (const path of ["/film.json/.mpd", "/text.vtt", "/../x", "/video.mp4/.m3u8"]) {
    await (await server.get(path)).body?.cancel();
  }
  assertEquals(getChecks(), 0);
  for (let i = 0; i < 3; i++) await (await server.get("/none")).body?.cancel();
  assertEquals(getChecks(), 2); // of the root, and of a name in it
});
