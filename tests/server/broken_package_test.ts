import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { copyMedia, MOVIE_PACKAGE, testApp } from "./fixture.ts";

/** What an operator can do wrong with a package; what the client is told. */
const broken: [what: string, text: string, status: number, code: string, says: string][] = [
  ["no JSON", "{", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
  ["an array", "[]", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
  ["nested deeply", "[".repeat(100_000), 500, "PACKAGE_INVALID", "odd.json: Cannot"],
  ["somebody else's", '{ "name": "left-pad" }', 500, "PACKAGE_INVALID", "odd.json: "],
  ["empty", "", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
  ["large", " ".repeat(2 ** 20 + 1), 500, "PACKAGE_INVALID", "Cannot read a package of more than"],
  ["of a missing file", film("none.mp4"), 500, "MEDIA_MISSING", "none.mp4: Cannot find this file"],
  [
    "of a folder",
    film("folder"),
    500,
    "MEDIA_READ",
    "folder: Cannot read this file: it is not a regular",
  ],
  ["of a text", film("text.vtt"), 500, "MEDIA_", "text.vtt: "],
  [
    "of a file outside",
    film("../outside/video.mp4"),
    403,
    "FORBIDDEN",
    "outside the document root",
  ],
  [
    "of nothing outside",
    film("../outside/none.mp4"),
    403,
    "FORBIDDEN",
    "outside the document root",
  ],
  ["of an absolute path", film("/etc/passwd"), 403, "FORBIDDEN", "outside the document root"],
  ["of a link that leads outside", film("link.mp4"), 403, "FORBIDDEN", "outside the document root"],
  ["of a NUL", film("video.mp4\0"), 500, "", "Cannot"],
];

function film(file: string): string {
  return JSON.stringify({ ...MOVIE_PACKAGE, tracks: [{ ...MOVIE_PACKAGE.tracks[0], file }] });
}

for (const [what, text, status, code, says] of broken) {
  Deno.test(`handle() answers a package that is ${what} with ${status} ${code}`, async () => {
    using server = testApp();
    Deno.mkdirSync(join(server.root, "folder"));
    copyMedia("ladder-avc-240p.mp4", join(server.outside, "video.mp4"));
    Deno.symlinkSync(join(server.outside, "video.mp4"), join(server.root, "link.mp4"));
    Deno.writeTextFileSync(join(server.root, "odd.json"), text);
    const response = await server.request("GET /odd.json/.mpd");
    assertEquals(response.status, status);
    assert(response.headers.get("ams-error")!.startsWith(code));
    const { reason } = await response.json();
    assertStringIncludes(reason, says);
    assertEquals(reason.includes(server.outside) || reason.includes("\n"), false);
  });
}

Deno.test("handle() lets a package name files of other folders under the root", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "packages"));
  Deno.writeTextFileSync(join(server.root, "packages/a.json"), film("../video.mp4"));
  assertEquals((await server.request("GET /packages/a.json/.mpd")).status, 200);
});
