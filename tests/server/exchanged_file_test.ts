/** Files whose path leads elsewhere after they were opened. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { type FileSystem, WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { testApp } from "./fixture.ts";

/** A file system where another process exchanges each file that is opened. */
function createSystem(): FileSystem {
  const exchanged = new Set<string>();
  const realPathSync: FileSystem["realPathSync"] = (path) => {
    const real = WITHOUT_CLOCK.realPathSync(path);
    return exchanged.has(real) ? `${real}.other` : real;
  };
  const openSync: FileSystem["openSync"] = (path, mode) => {
    exchanged.add(path);
    return WITHOUT_CLOCK.openSync(path, mode);
  };
  return { ...WITHOUT_CLOCK, realPathSync, openSync };
}

for (const path of ["/film.json/.mpd", "/video.mp4/.m3u8", "/video.mp4", "/text.vtt"]) {
  Deno.test(`handle() responds with 403 to GET ${path} if a file is exchanged while it is opened`, async () => {
    using server = testApp({}, createSystem());
    const response = await server.request(`GET ${path}`);
    assertEquals([response.status, response.headers.get("ams-error")], [403, "FORBIDDEN"]);
    assertStringIncludes((await response.json()).reason, "its path changed while it was opened");
  });
}

Deno.test("handle() serves no file under the ETag of the one that it has just replaced", async () => {
  const openSync: FileSystem["openSync"] = (path, mode) => {
    Deno.writeTextFileSync(`${path}.new`, "longer than before");
    Deno.renameSync(`${path}.new`, path);
    return WITHOUT_CLOCK.openSync(path, mode);
  };
  using server = testApp({}, { ...WITHOUT_CLOCK, openSync });
  server.files.write("a.txt", "before");
  const response = await server.request("GET /a.txt");
  assertEquals([response.status, response.headers.get("ams-error")], [500, "MEDIA_READ"]);
  assertEquals(response.headers.get("cache-control"), "no-store");
});
