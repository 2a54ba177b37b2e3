/** ams with invalid files, plain and packaged: status, code and reason of the errors in docs/errors.md. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { ascii } from "../mp4/movie_file.ts";
import { type TestApp, testApp } from "../server/fixture.ts";
import { type Case, singleTrackMovie, VIDEO } from "./cases.ts";
import { damageFile } from "./damage.ts";
import { Prng } from "./prng.ts";
import { syntheticMovie } from "./synthetic_movie.ts";

const FILM = await Deno.readFile(new URL("../../testdata/pair-avc-aac.mp4", import.meta.url));

const INVALID: Required<Case>[] = [
  ["empty", () => new Uint8Array(0), /^bad\.mp4: Cannot read an empty file$/],
  [
    "text",
    () => ascii("hello\n".repeat(99)),
    /^bad\.mp4: Cannot find a moov box: this is not an MP4 file$/,
  ],
  [
    "truncated",
    () => FILM.slice(0, -100),
    /^bad\.mp4: moov: Cannot read \d+ bytes where \d+ are left$/,
  ],
  ["without tracks", () => syntheticMovie([]), /^bad\.mp4: Cannot find (a track to play|track 1)$/],
  [
    "with a timescale of 0",
    () => singleTrackMovie({ like: VIDEO, timescale: 0 }),
    /^bad\.mp4: moov\/.*\/mdhd: Cannot /,
  ],
  [
    "with a huge count",
    () => singleTrackMovie({ like: VIDEO, sizes: { each: 9, count: 2 ** 31 } }),
    /\/stsz: Cannot find/,
  ],
  [
    "with samples past its end",
    () => singleTrackMovie({ like: VIDEO, offsets: [2 ** 31] }),
    /\/stco: Cannot read samples/,
  ],
];

for (const [trait, build, reason] of INVALID) {
  Deno.test(`handle() responds with 500 MEDIA_… to a file ${trait}, plain and packaged`, async () => {
    using server = testApp();
    write(server, build());
    for (const path of ["/bad.mp4/.mpd", "/bad.json/.mpd", "/bad.json/v0/video/0.m4s"]) {
      const response = await server.request(`GET ${path}`);
      const error = await checkError(server, response);
      assertMatch(error.code, /^MEDIA_(INVALID|UNSUPPORTED)$/);
      assertEquals(response.status, 500);
      assertMatch(error.reason, reason);
      assertEquals((await server.request(`HEAD ${path}`)).status, 500);
    }
  });
}

Deno.test("handle() responds with 200 or 500 MEDIA_… to damaged files, never INTERNAL", async () => {
  using server = testApp();
  const statuses = new Set<number>();
  for (let seed = 0; seed < 60; seed++) {
    const { bytes, how } = damageFile(FILM, FILM, new Prng(`ams ${seed}`));
    const name = `damaged-${seed}`;
    write(server, bytes, name);
    for (const path of [`/${name}.mp4/.mpd`, `/${name}.json/.mpd`]) {
      const response = await server.request(`GET ${path}`);
      statuses.add(response.status);
      if (response.status === 200) {
        assert((await response.text()).endsWith("</MPD>\n"), how);
        continue;
      }
      const { code, reason } = await checkError(server, response);
      assert(code.startsWith("MEDIA_") && reason.startsWith(`${name}.mp4: `), `${how}: ${reason}`);
    }
  }
  assertEquals([...statuses].sort(), [200, 500]);
});

/** Files named in packages, with the error. */
const PACKAGED_FILES: [file: string, status: number, code: string][] = [
  ["../outside/video.mp4", 403, "FORBIDDEN"],
  ["../../../../../../../../etc/passwd", 403, "FORBIDDEN"],
  ["/etc/passwd", 403, "FORBIDDEN"],
  ["link-out.mp4", 403, "FORBIDDEN"],
  ["none.mp4", 500, "MEDIA_MISSING"],
  ["video.mp4/none.mp4", 500, "MEDIA_MISSING"],
  ["link-loop.mp4", 500, "MEDIA_MISSING"],
  ["a\nb.mp4", 500, "MEDIA_MISSING"],
  ["directory", 500, "MEDIA_READ"],
  ["fifo.mp4", 500, "MEDIA_READ"],
  ["a\\b.mp4", 500, "PACKAGE_INVALID"],
  ["a\0b.mp4", 500, "PACKAGE_INVALID"],
  ["", 500, "PACKAGE_INVALID"],
];

const special = { ignore: Deno.build.os === "windows" };

for (const [file, status, code] of PACKAGED_FILES) {
  const name = `handle() responds with ${status} ${code} to a package of ${JSON.stringify(file)}`;
  Deno.test({ ...special, name }, async () => {
    using server = appWithOddFiles();
    writePackage(server, "odd", file);
    const response = await server.request("GET /odd.json/.mpd");
    const error = await checkError(server, response);
    assertEquals([response.status, error.code], [status, code], error.reason);
  });
}

for (const file of ["link-loop.mp4", "directory.mp4", "fifo.mp4", "none.mp4", "a%0Ab.mp4"]) {
  Deno.test(
    { ...special, name: `handle() responds with 404 to the plain media file ${file}` },
    async () => {
      using server = appWithOddFiles();
      for (const path of [`/${file}`, `/${file}/.mpd`]) {
        const response = await server.request(`GET ${path}`);
        await checkError(server, response);
        assertEquals(response.status, 404, path);
      }
    },
  );
}

/** App with a link out of the root, a link loop, directories and a FIFO. */
function appWithOddFiles(): TestApp {
  const server = testApp();
  Deno.writeFileSync(join(server.outside, "video.mp4"), FILM);
  Deno.symlinkSync(join(server.outside, "video.mp4"), join(server.root, "link-out.mp4"));
  Deno.symlinkSync("link-loop.mp4", join(server.root, "link-loop.mp4"));
  for (const name of ["directory", "directory.mp4"]) Deno.mkdirSync(join(server.root, name));
  new Deno.Command("mkfifo", { args: [join(server.root, "fifo.mp4")] }).outputSync();
  return server;
}

/** Writes a file, and a package of its first track. */
function write(server: TestApp, bytes: Uint8Array, name = "bad"): void {
  Deno.writeFileSync(join(server.root, `${name}.mp4`), bytes);
  writePackage(server, name, `${name}.mp4`);
}

function writePackage(server: TestApp, name: string, file: string): void {
  const track = { file, track: 1, type: "video", language: "eng", name: "video" };
  const pack = { ams: 1, segmentDuration: 2, tracks: [track] };
  Deno.writeTextFileSync(join(server.root, `${name}.json`), JSON.stringify(pack));
}

/** Checks that body and header agree, and that the reason is one line without a stack or the path of the root. */
async function checkError(
  server: TestApp,
  response: Response,
): Promise<{ code: string; reason: string }> {
  const text = await response.text();
  const { status, code, reason, ...more } = JSON.parse(text);
  assertEquals([status, more], ["ERROR", {}]);
  assertEquals(response.headers.get("ams-error"), code);
  assertMatch(reason, /^\P{Cc}*Cannot \P{Cc}*[^.]$/u);
  assert(!text.includes(server.root.slice(0, -"/root".length)) && !/\.ts:\d|\n./.test(text), text);
  return { code, reason };
}
