/** Files and directories that the system does not let ams read. */

import { assertEquals } from "@std/assert";
import { WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { testApp } from "./fixture.ts";

/** Denies to open files and to list directories with `secret` in their name, and to access anything in `closed`. */
const SYSTEM = {
  ...WITHOUT_CLOCK,
  openSync(path: string, ...rest: [never]): number {
    if (path.includes("secret")) throw Object.assign(new Error(), { code: "EACCES" });
    return WITHOUT_CLOCK.openSync(path, ...rest);
  },
  readDir(path: string): Promise<Deno.DirEntry[]> {
    if (path.includes("secret")) return Promise.reject(new Deno.errors.PermissionDenied());
    return WITHOUT_CLOCK.readDir(path);
  },
  realPathSync(path: string): string {
    if (path.includes("/closed/")) throw new Deno.errors.PermissionDenied();
    return WITHOUT_CLOCK.realPathSync(path);
  },
};

const cases: [what: string, path: string, name: string][] = [
  ["a static file", "/secret.vtt", "secret.vtt"],
  ["a plain media file", "/secret.mp4/.mpd", "secret.mp4"],
  ["a package", "/secret.json/.mpd", "secret.json"],
  ["media of a package", "/film.json/.mpd", "secret.mp4"],
  ["a directory's listing", "/secret/about.json", "secret"],
  ["a directory as a presentation", "/secret/.mpd", "secret"],
  ["a file in a directory that cannot be searched", "/closed/a.vtt", "closed/a.vtt"],
];

for (const [what, path, name] of cases) {
  Deno.test(`handle() responds with 403 and one reason for ${what} without permission`, async () => {
    using server = testApp({}, SYSTEM);
    const { files } = server;
    for (const file of ["secret.vtt", "secret.mp4", "secret.json", "secret/a.mp4"]) {
      files.write(file, "x");
    }
    files.write("closed/a.vtt", "WEBVTT");
    const track = { file: "secret.mp4", track: 1, type: "video", language: "eng", name: "video" };
    files.write("film.json", JSON.stringify({ ams: 1, segmentDuration: 2, tracks: [track] }));
    const response = await server.request(`GET ${path}`);
    assertEquals(response.status, 403);
    assertEquals(await response.json(), {
      status: "ERROR",
      code: "FORBIDDEN",
      reason: `Cannot read '${name}': permission denied`,
    });
  });
}
