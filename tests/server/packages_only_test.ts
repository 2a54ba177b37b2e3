/** `--packages-only`: packages, their pages and listings are all that is served. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { getVersion, type TestApp, testApp } from "./fixture.ts";

const BROWSER = { accept: "text/html" };

function createServer(packagesOnly = true): TestApp {
  const server = testApp({ packagesOnly });
  const { files } = server;
  files.write("index.html", "<p>");
  files.write("notes.txt", "text");
  files.write("films/video.mp4", files.read("video.mp4"));
  files.write("films/audio.mp4", files.read("audio.mp4"));
  files.write("film.m3u8", "#EXTM3U");
  files.link("films", "linked");
  return server;
}

const served: [line: string, status: number, type: string, headers?: Record<string, string>][] = [
  ["GET /film.json/.mpd", 200, "application/dash+xml"],
  ["GET /film.json/.m3u8", 200, "application/vnd.apple.mpegurl"],
  ["GET /film.json/ts.m3u8", 200, "application/vnd.apple.mpegurl"],
  ["GET /film.ism/Manifest", 200, "application/vnd.ms-sstr+xml"],
  ["GET /film.json/about.json", 200, "application/json"],
  ["GET /film.json/VERSION/video/init.mp4", 200, "video/mp4"],
  ["GET /film.json/VERSION/video/0.m4s", 200, "video/mp4"],
  ["GET /film.json/", 200, "text/html", BROWSER],
  ["GET /film.json", 302, "", BROWSER],
  ["GET /", 200, "text/html", BROWSER],
  ["GET /films/", 200, "text/html", BROWSER],
  ["GET /films", 302, "", BROWSER],
  ["GET /about.json", 200, "application/json"],
  ["GET /films/about.json", 200, "application/json"],
  ["GET /.ams/health", 200, "application/json"],
  ["OPTIONS /video.mp4", 204, ""],
];

for (const [line, status, type, headers = {}] of served) {
  Deno.test(`with packagesOnly, ${line} responds with ${status}`, async () => {
    using server = createServer();
    const url = line.replace("VERSION", await getVersion(server));
    const response = await server.request(url, headers);
    await response.body?.cancel();
    assertEquals(response.status, status);
    assertEquals((response.headers.get("content-type") ?? "").split(";")[0], type);
  });
}

/** All of these are served without the option. */
const notServed: [line: string, headers?: Record<string, string>][] = [
  ["GET /video.mp4"],
  ["HEAD /video.mp4"],
  ["GET /films/video.mp4"],
  ["GET /linked/video.mp4"],
  ["GET /video.mp4/.mpd"],
  ["GET /video.mp4/.m3u8"],
  ["GET /video.mp4/ts.m3u8"],
  ["GET /video.mp4/Manifest"],
  ["GET /video.mp4/about.json"],
  ["GET /video.mp4/", BROWSER],
  ["GET /films/.mpd"],
  ["GET /films/.m3u8"],
  ["GET /films/Manifest"],
  ["GET /films/.about.json"],
  ["GET /linked/.mpd"],
  ["GET /text.vtt"],
  ["GET /notes.txt"],
  ["GET /notes.txt", BROWSER],
  ["GET /index.html", BROWSER],
  ["GET /film.m3u8"],
];

for (const [line, headers = {}] of notServed) {
  Deno.test(`with packagesOnly, ${line} responds with 404${"accept" in headers ? " to browsers" : ""}`, async () => {
    using open = createServer(false);
    const { status } = await discard(open, line, headers);
    assertEquals(status, 200, "without the option");
    using server = createServer();
    const response = await server.request(line, headers);
    const text = await response.text();
    assertEquals([response.status, response.headers.get("ams-error")], [404, "NOT_FOUND"]);
    if (line.startsWith("GET")) assertStringIncludes(text, "NOT_FOUND"); // JSON, or a page
  });
}

async function discard(
  server: TestApp,
  line: string,
  headers: Record<string, string>,
): Promise<Response> {
  const response = await server.request(line, headers);
  await response.body?.cancel();
  return response;
}

Deno.test("with packagesOnly, media of plain files is not served under the version that it would have", async () => {
  using open = createServer(false);
  const path = `/video.mp4/${await getVersion(open, "video.mp4")}/video_und=30720/init.mp4`;
  using server = createServer();
  const { status } = await discard(server, `GET ${path}`, {});
  assertEquals(status, 404);
});

Deno.test("with packagesOnly, listings contain packages and directories", async () => {
  using server = createServer();
  const { folders, files, total, presentation } = await (await server.request("GET /about.json"))
    .json();
  assertEquals([folders, presentation], [["films", "linked"], undefined]);
  assertEquals(files.map(({ name }: { name: string }) => name), ["film.json"]);
  assertEquals(total, { folders: 2, files: 1 });
});

Deno.test("with packagesOnly, a package path still names its manifest", async () => {
  using server = createServer();
  const { reason } = await (await server.request("GET /film.json")).json();
  assertMatch(reason, /play a package as \/film\.json\/\.mpd/);
});
