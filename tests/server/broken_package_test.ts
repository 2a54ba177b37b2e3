import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { addMedia, MOVIE_PACKAGE, testApp } from "./fixture.ts";

/** Broken packages, and the error of each. */
const broken: [description: string, text: string, status: number, code: string, reason: string][] =
  [
    ["no JSON", "{", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
    ["an array", "[]", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
    ["nested deeply", "[".repeat(100_000), 500, "PACKAGE_INVALID", "odd.json: Cannot"],
    ["of another program", '{ "name": "left-pad" }', 500, "PACKAGE_INVALID", "odd.json: "],
    ["empty", "", 500, "PACKAGE_INVALID", "odd.json: Cannot"],
    [
      "large",
      " ".repeat(2 ** 20 + 1),
      500,
      "PACKAGE_INVALID",
      "Cannot read a package of more than",
    ],
    [
      "of a missing file",
      createPackage("none.mp4"),
      500,
      "MEDIA_MISSING",
      "none.mp4: Cannot find this file",
    ],
    [
      "of a directory",
      createPackage("directory"),
      500,
      "MEDIA_READ",
      "directory: Cannot read this file: it is not a regular",
    ],
    ["of subtitles as video", createPackage("text.vtt"), 500, "MEDIA_", "text.vtt: "],
    [
      "of a file outside",
      createPackage("../outside/video.mp4"),
      403,
      "FORBIDDEN",
      "outside the document root",
    ],
    [
      "of nothing outside",
      createPackage("../outside/none.mp4"),
      403,
      "FORBIDDEN",
      "outside the document root",
    ],
    [
      "of an absolute path",
      createPackage("/etc/passwd"),
      403,
      "FORBIDDEN",
      "outside the document root",
    ],
    [
      "of a link that leads outside",
      createPackage("link.mp4"),
      403,
      "FORBIDDEN",
      "outside the document root",
    ],
    ["of a NUL", createPackage("video.mp4\0"), 500, "", "Cannot"],
  ];

function createPackage(file: string): string {
  return JSON.stringify({ ...MOVIE_PACKAGE, tracks: [{ ...MOVIE_PACKAGE.tracks[0], file }] });
}

for (const [description, text, status, code, expected] of broken) {
  Deno.test(`handle() responds to a package that is ${description} with ${status} ${code}`, async () => {
    using server = testApp();
    server.files.makeDirectory("directory");
    addMedia(server, "ladder-avc-240p.mp4", "../outside/video.mp4");
    server.files.link("../outside/video.mp4", "link.mp4");
    server.files.write("odd.json", text);
    const response = await server.request("GET /odd.json/.mpd");
    assertEquals(response.status, status);
    assert(response.headers.get("ams-error")!.startsWith(code));
    const { reason } = await response.json();
    assertStringIncludes(reason, expected);
    assertEquals(/ams-|root\/|\n/.test(reason), false); // parts of absolute paths
  });
}

Deno.test("handle() accepts files of other directories below the root", async () => {
  using server = testApp();
  server.files.makeDirectory("packages");
  server.files.write("packages/a.json", createPackage("../video.mp4"));
  assertEquals((await server.request("GET /packages/a.json/.mpd")).status, 200);
});
