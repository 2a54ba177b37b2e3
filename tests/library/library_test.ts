import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { Library, type LibraryOptions } from "../../lib/library/library.ts";
import { DocumentRoot } from "../../lib/library/document_root.ts";
import type { Asset } from "../../lib/library/asset.ts";
import { LocalStorage } from "../../lib/storage/local/local_storage.ts";
import { SlowFileSystem } from "../storage/local/slow_file_system.ts";
import { copyMedia, MOVIE_PACKAGE, type TestApp, testApp } from "../server/fixture.ts";

/** A library with a clock that only the test moves. */
class Shelf {
  time = 0;
  readonly warnings: string[] = [];
  readonly library: Library;

  constructor(server: TestApp, options: Partial<LibraryOptions> = {}) {
    this.library = new Library({
      root: new DocumentRoot(server.root),
      directories: true,
      capacity: 2 ** 24,
      maxOpenFiles: 64,
      warn: (file, warning) => this.warnings.push(`${file}: ${warning}`),
      now: () => this.time,
      ...options,
    });
  }

  /** Opens, and gives it back at once. */
  async open(file: string): Promise<Asset> {
    using title = await this.library.open(file);
    return title;
  }
}

function sourceOf({ presentation }: Asset) {
  const rendition = presentation.renditions.values().next().value!;
  assert(rendition.type !== "text");
  return rendition.source;
}

function read(title: Asset): void {
  sourceOf(title).read(0, new Uint8Array(1));
}

const CLOSED = "Cannot read from a closed file";

Deno.test("open() opens once what many ask for at the same moment", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  const titles = await Promise.all(Array.from({ length: 8 }, () => shelf.open("film.json")));
  assertEquals(new Set(titles).size, 1);
  assertEquals(await shelf.open("film.json"), titles[0]);
  shelf.library.close();
});

Deno.test("open() keeps a title whose files are the same", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  const title = await shelf.open("film.json");
  shelf.time = 5000;
  assert(await shelf.open("film.json") === title);
  shelf.library.close();
});

/** What happens to the files of film.json and of video.mp4; whether they look otherwise after it. */
const changes: [what: string, change: (root: string) => void][] = [
  ["its media is replaced", (root) => {
    copyMedia("ladder-avc-360p.mp4", join(root, "new.mp4"));
    Deno.renameSync(join(root, "new.mp4"), join(root, "video.mp4"));
  }],
  [
    "its media is written over",
    (root) => copyMedia("ladder-avc-360p.mp4", join(root, "video.mp4")),
  ],
];

for (const [what, change] of changes) {
  for (const file of ["film.json", "video.mp4"]) {
    Deno.test(`open() opens ${file} anew when ${what}, within a second`, async () => {
      using server = testApp();
      const shelf = new Shelf(server);
      const before = await shelf.open(file);
      change(server.root);
      shelf.time = 999;
      assert(await shelf.open(file) === before);
      shelf.time = 1000;
      const after = await shelf.open(file);
      assertNotEquals(after.presentation.version, before.presentation.version);
      assertThrows(() => read(before), MediaError, CLOSED);
      read(after);
      shelf.library.close();
    });
  }
}

Deno.test("open() picks up a package that is edited, broken, mended and removed", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  const write = (text: string) => {
    Deno.writeTextFileSync(join(server.root, "film.json"), text);
    shelf.time += 1000;
  };
  assertEquals((await shelf.open("film.json")).presentation.renditions.size, 4);
  write(JSON.stringify({ ...MOVIE_PACKAGE, tracks: MOVIE_PACKAGE.tracks.slice(0, 2) }));
  assertEquals((await shelf.open("film.json")).presentation.renditions.size, 2);
  write("{");
  const error = await assertRejects(() => shelf.open("film.json"), MediaError, "film.json: ");
  assertEquals(error.code, "PACKAGE_INVALID");
  write(JSON.stringify(MOVIE_PACKAGE));
  assertEquals((await shelf.open("film.json")).presentation.renditions.size, 4);
  Deno.removeSync(join(server.root, "film.json"));
  shelf.time += 1000;
  await assertRejects(() => shelf.open("film.json"), RequestError, "Cannot find 'film.json'");
});

Deno.test("open() picks up media that comes later, or leaves", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  Deno.renameSync(join(server.root, "audio.mp4"), join(server.root, "away.mp4"));
  await assertRejects(() => shelf.open("film.json"), MediaError, "audio.mp4: Cannot find");
  Deno.renameSync(join(server.root, "away.mp4"), join(server.root, "audio.mp4"));
  await assertRejects(() => shelf.open("film.json"), MediaError, "audio.mp4: Cannot find"); // for a second
  shelf.time = 1000;
  await shelf.open("film.json");
  Deno.removeSync(join(server.root, "audio.mp4"));
  shelf.time = 2000;
  await assertRejects(() => shelf.open("film.json"), MediaError, "audio.mp4: Cannot find");
});

Deno.test("open() reads a broken file once, for as long as it is the same", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  Deno.writeTextFileSync(join(server.root, "bad.mp4"), "not a movie at all, whatever it is called");
  const errors = [];
  for (const time of [0, 500, 1500, 60_000]) {
    shelf.time = time;
    errors.push(await assertRejects(() => shelf.open("bad.mp4"), MediaError, "bad.mp4: "));
  }
  assertEquals(new Set(errors).size, 1); // the very same object: nothing was read again
  copyMedia("ladder-avc-240p.mp4", join(server.root, "bad.mp4"));
  shelf.time = 61_000;
  await shelf.open("bad.mp4");
  shelf.library.close();
});

Deno.test("open() follows links of a bare file, and of a package, to where it really lies", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  Deno.mkdirSync(join(server.root, "links"));
  Deno.symlinkSync("../video.mp4", join(server.root, "links/other-name.mp4"));
  Deno.symlinkSync("../film.json", join(server.root, "links/film.json"));
  const bare = await shelf.open("links/other-name.mp4");
  assertEquals(bare.presentation.version, (await shelf.open("video.mp4")).presentation.version);
  assertEquals((await shelf.open("links/film.json")).presentation.renditions.size, 4);
  shelf.library.close();
});

Deno.test("open() closes what there is no room for, when nobody uses it any more", async () => {
  using server = testApp();
  const shelf = new Shelf(server, { capacity: 1 });
  const used = await shelf.library.open("video.mp4");
  await shelf.open("audio.mp4");
  read(used);
  used.release();
  assertThrows(() => read(used), MediaError, CLOSED);
  assertEquals(used.acquire(), false);
  assert(await shelf.open("video.mp4") !== used);
  shelf.library.close();
});

Deno.test("open() keeps no more files open than it may", async () => {
  using server = testApp();
  const shelf = new Shelf(server, { maxOpenFiles: 8, capacity: 2 ** 30 });
  const titles: Asset[] = [];
  for (let i = 0; i < 12; i++) {
    copyMedia("ladder-avc-240p.mp4", join(server.root, `${i}.mp4`));
    titles.push(await shelf.open(`${i}.mp4`));
  }
  const open = titles.filter((title) => {
    if (!title.acquire()) return false;
    title.release();
    return true;
  });
  assert(open.length >= 2 && open.length <= 8, `${open.length} files are open`);
  shelf.library.close();
});

Deno.test("keep() counts what is built of a title", async () => {
  using server = testApp();
  const shelf = new Shelf(server, { capacity: 2 ** 20 });
  const first = await shelf.open("video.mp4");
  const second = await shelf.open("audio.mp4");
  shelf.library.cacheResource(second, "mpd", {
    bytes: new Uint8Array(2 ** 20),
    type: "text/plain",
    etag: '"e"',
    size: 2 ** 20,
    caching: "no-cache",
  });
  assertEquals(first.acquire(), false); // it had to make room
  assert(second.acquire());
  second.release();
  shelf.library.close();
});

Deno.test("open() tells the operator, once, of what it leaves out", async () => {
  using server = testApp();
  const shelf = new Shelf(server);
  const tracks = [{ ...MOVIE_PACKAGE.tracks[0], width: 1 }];
  Deno.writeTextFileSync(
    join(server.root, "odd.json"),
    JSON.stringify({ ...MOVIE_PACKAGE, tracks }),
  );
  await shelf.open("odd.json");
  await shelf.open("odd.json");
  assertEquals(shelf.warnings.length, 1);
  assert(shelf.warnings[0]!.includes("width"), shelf.warnings[0]);
  shelf.library.close();
});

/** A library on storage where looking takes long, and lasts until the test lets go. */
function slowShelf(server: TestApp): { shelf: Shelf; system: SlowFileSystem } {
  const system = new SlowFileSystem();
  const storage = new (class extends LocalStorage {
    override isSlow(): boolean {
      return true;
    }
  })(system);
  return { shelf: new Shelf(server, { root: new DocumentRoot(server.root, storage) }), system };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits for looks that nobody waits for. */
async function looked(system: SlowFileSystem, stats: number): Promise<void> {
  while (system.calls.filter((call) => call === "stat").length < stats) await settled();
  await settled();
}

Deno.test("open() makes nobody wait for a look at slow storage who was here lately", async () => {
  using server = testApp();
  const { shelf, system } = slowShelf(server);
  const title = await shelf.open("video.mp4");
  system.calls.length = 0;
  const letGo = system.hold("video.mp4");
  shelf.time = 1000;
  for (let i = 0; i < 3; i++) assert(await shelf.open("video.mp4") === title);
  assertEquals(system.calls, ["realPath", "realPath"]); // of the title and of its media, once
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  letGo();
  await looked(system, 2);
  assert(await shelf.open("video.mp4") !== title);
  assertEquals(title.acquire(), false);
  shelf.library.close();
});

Deno.test("open() waits for a look at slow storage at what nobody asked for lately", async () => {
  using server = testApp();
  const { shelf, system } = slowShelf(server);
  const title = await shelf.open("video.mp4");
  const letGo = system.hold("video.mp4");
  shelf.time = 10_000;
  const opening = [shelf.open("video.mp4"), shelf.open("video.mp4")];
  await settled();
  letGo();
  assert((await Promise.all(opening)).every((opened) => opened === title));
  copyMedia("ladder-avc-360p.mp4", join(server.root, "video.mp4"));
  shelf.time = 20_000;
  const after = await shelf.open("video.mp4");
  assertNotEquals(after.presentation.version, title.presentation.version);
  Deno.removeSync(join(server.root, "video.mp4"));
  shelf.time = 30_000;
  await assertRejects(() => shelf.open("video.mp4"), RequestError, "Cannot find 'video.mp4'");
});
