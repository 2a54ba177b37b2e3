/** Files that are overwritten in place while they are open. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { getVersion, testApp } from "./fixture.ts";

const MEGABYTE = 2 ** 20;

Deno.test("handle() responds with MEDIA_READ for media of a file that was overwritten, then with its version again", async () => {
  using server = testApp();
  const { files } = server;
  files.setModifiedAt("video.mp4", 1000); // timestamps are coarse
  const path = `/film.json/${await getVersion(server)}/video/0.m4s`;
  const before = await (await server.request(`GET ${path}`)).bytes();
  const video = files.read("video.mp4");
  files.write("video.mp4", new Uint8Array(video.length)); // as one does who reserves the space first
  const response = await server.request(`GET ${path}`);
  assertEquals([response.status, response.headers.get("ams-error")], [500, "MEDIA_READ"]);
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertStringIncludes((await response.json()).reason, "video.mp4: Cannot read byte");
  files.write("video.mp4", video);
  server.app.library.close(); // opens it again
  assertEquals(await (await server.request(`GET ${path}`)).bytes(), before);
});

Deno.test("handle() breaks off a large body whose file is overwritten", async () => {
  using server = testApp();
  const { files, messages } = server;
  files.write("a.bin", new Uint8Array(9 * MEGABYTE));
  files.setModifiedAt("a.bin", 1000);
  const response = await server.request("GET /a.bin");
  assertEquals(response.headers.get("content-length"), `${9 * MEGABYTE}`);
  const reader = response.body!.getReader();
  const first = (await reader.read()).value!;
  files.write("a.bin", new Uint8Array(9 * MEGABYTE).fill(1));
  const error = await assertRejects(() => reader.read(), MediaError);
  assertEquals([error.code, error.message], [
    "MEDIA_READ",
    `a.bin: Cannot read byte ${first.length}: the file was changed while it was open`,
  ]);
  assertEquals(messages, [`a.bin: ${error.message}`]);
});

Deno.test("handle() serves the rest of a large body whose file is replaced", async () => {
  using server = testApp();
  const { files } = server;
  files.write("a.bin", new Uint8Array(9 * MEGABYTE));
  const response = await server.request("GET /a.bin");
  const reader = response.body!.getReader();
  let size = (await reader.read()).value!.length;
  files.write("b.bin", new Uint8Array(9 * MEGABYTE).fill(1));
  files.rename("b.bin", "a.bin");
  for (let { value } = await reader.read(); value; { value } = await reader.read()) {
    assertEquals(value.some((byte) => byte !== 0), false);
    size += value.length;
  }
  assertEquals(size, 9 * MEGABYTE);
});
