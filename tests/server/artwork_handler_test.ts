import { assertEquals } from "@std/assert";
import { type App, updateAccess } from "../../lib/server/app.ts";
import { createAccessConfig, signAkamaiToken, toPathToken } from "../access/tokens.ts";
import { getCode } from "./access_server.ts";
import { addMedia, getVersion, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const JPEG = Uint8Array.fromHex("ffd8ffe000104a46494600");
const PNG = Uint8Array.fromHex("89504e470d0a1a0a0000");

/** A package in `films/` with a poster in `films/art/`. */
function createServer(
  poster: string | undefined = "art/poster.jpg",
  options: Parameters<typeof testApp>[0] = {},
): TestApp {
  const server = testApp(options);
  for (const name of ["video.mp4", "audio.mp4", "thumbs.mp4", "text.vtt"]) {
    server.files.write(`films/${name}`, server.files.read(name));
  }
  server.files.write("films/art/poster.jpg", JPEG);
  server.files.write("films/film.json", JSON.stringify({ ...MOVIE_PACKAGE, poster }));
  return server;
}

/** Status, type, caching, Location and body of a response. */
async function get(server: TestApp, line: string, headers: Record<string, string> = {}) {
  const response = await server.request(line, headers);
  const { status, headers: fields } = response;
  return {
    status: getCode(response),
    ...status < 300 && { type: fields.get("content-type"), bytes: await response.bytes() },
    caching: fields.get("cache-control"),
    ...fields.has("location") && { location: fields.get("location") },
  };
}

const POSTER = { status: 200, type: "image/jpeg", bytes: JPEG, caching: "no-cache" };

Deno.test("serveArtwork() serves the poster of a package, and revalidates it", async () => {
  using server = createServer();
  const url = "/films/film.json/poster";
  assertEquals(await get(server, `GET ${url}`), POSTER);
  assertEquals((await get(server, `HEAD ${url}`)).bytes, new Uint8Array());
  const { headers } = await server.request(`GET ${url}`);
  const again = await server.request(`GET ${url}`, { "if-none-match": headers.get("etag")! });
  assertEquals([again.status, (await again.bytes()).length], [304, 0]);
  const range = await server.request(`GET ${url}`, { range: "bytes=0-2" });
  assertEquals([range.status, await range.bytes()], [206, JPEG.subarray(0, 3)]);
});

Deno.test("serveArtwork() serves a poster that was replaced, by its content", async () => {
  using server = createServer();
  assertEquals(await get(server, "GET /films/film.json/poster"), POSTER);
  server.files.write("films/art/poster.jpg", PNG);
  const expected = { ...POSTER, type: "image/png", bytes: PNG };
  assertEquals(await get(server, "GET /films/film.json/poster"), expected);
  server.files.write("films/art/poster.jpg", "<html><script>alert(1)</script>");
  assertEquals((await get(server, "GET /films/film.json/poster")).status, "MEDIA_UNSUPPORTED");
});

Deno.test("serveArtwork() serves a poster in a directory whose name starts with a dot", async () => {
  using server = createServer(".art/poster");
  server.files.write("films/.art/poster", PNG);
  assertEquals((await get(server, "GET /films/film.json/poster")).type, "image/png");
  assertEquals((await get(server, "GET /films/.art/poster")).status, "NOT_FOUND");
});

Deno.test("serveArtwork() redirects to a thumbnail where there is no usable poster", async () => {
  for (const poster of [undefined, "none.jpg", "text.vtt"]) {
    using server = createServer(poster ?? "");
    const pack = { ...MOVIE_PACKAGE, ...poster !== undefined && { poster } };
    server.files.write("films/film.json", JSON.stringify(pack));
    const version = await getVersion(server, "films/film.json");
    const location = `${version}/image/0.jpg`;
    const expected = { status: 302, caching: "no-cache", location };
    assertEquals(await get(server, "GET /films/film.json/poster"), expected);
    const image = await get(server, `GET /films/film.json/${location}`);
    assertEquals([image.status, image.type], [200, "image/jpeg"]);
  }
});

const times: [query: string, time: number][] = [
  ["", 0],
  ["?t=0", 0],
  ["?t=3.99", 32768],
  ["?t=4", 65536],
  ["?t=00:00:05", 65536],
  ["?t=1e9", -1],
  ["?t=99999", 163840],
  ["?t=-1", -1],
  ["?t=", -1],
  ["?t=1&t=2", -1],
];

for (const [query, time] of times) {
  Deno.test(`serveArtwork() serves thumbnail.jpg${query}`, async () => {
    using server = createServer();
    const version = await getVersion(server, "films/film.json");
    const { status, location } = await get(server, `GET /films/film.json/thumbnail.jpg${query}`);
    const expected = time < 0 ? ["BAD_REQUEST", undefined] : [302, `${version}/image/${time}.jpg`];
    assertEquals([status, location], expected);
  });
}

Deno.test("serveArtwork() finds no image of assets without any", async () => {
  using server = createServer();
  for (const path of ["/films/video.mp4/poster", "/films/video.mp4/thumbnail.jpg"]) {
    assertEquals((await get(server, `GET ${path}`)).status, "NOT_FOUND");
  }
  addMedia(server, "pair-avc-thumbs.mp4", "films/thumbs2.mp4");
  assertEquals((await get(server, "GET /films/thumbs2.mp4/poster")).status, 302);
});

Deno.test("serveArtwork() serves no image that a link has elsewhere, nor the asset", async () => {
  using server = createServer("art/linked.jpg");
  server.files.write("other/secret.jpg", JPEG);
  server.files.link("../../other/secret.jpg", "films/art/linked.jpg");
  for (const name of ["poster", ".mpd"]) {
    assertEquals((await get(server, `GET /films/film.json/${name}`)).status, "FORBIDDEN");
  }
});

Deno.test("serveArtwork() serves images with --packages-only, and without listings", async () => {
  for (const options of [{ packagesOnly: true }, { listing: false }]) {
    using server = createServer("art/poster.jpg", options);
    assertEquals(await get(server, "GET /films/film.json/poster"), POSTER);
    assertEquals((await get(server, "GET /films/film.json/thumbnail.jpg?t=2")).status, 302);
  }
});

const TOKEN = signAkamaiToken({ acl: "/films/film.json/*" });

Deno.test("serveArtwork() requires the token of the asset", async () => {
  const access = createAccessConfig([{ path: "/films/" }]);
  using server = createServer("art/poster.jpg", { access });
  for (const name of ["poster", "thumbnail.jpg"]) {
    assertEquals((await get(server, `GET /films/film.json/${name}`)).status, "TOKEN_MISSING");
  }
  const path = `/.t/${toPathToken(TOKEN)}/films/film.json`;
  const inPath = await get(server, `GET ${path}/poster`);
  assertEquals(inPath, { ...POSTER, caching: "private, no-cache" });
  const version = await getVersion(server, "films/film.json");
  const location = `${version}/image/32768.jpg`;
  const thumbnail = await get(server, `GET ${path}/thumbnail.jpg?t=2`);
  assertEquals(thumbnail, { status: 302, location, caching: "private, no-cache" });
  assertEquals((await get(server, `GET ${path}/${location}`)).status, 200);
});

Deno.test("serveArtwork() serves a thumbnail itself for a token in the query", async () => {
  const access = createAccessConfig([{ path: "/films/" }]);
  using server = createServer(undefined, { access });
  const query = `hdnts=${encodeURIComponent(TOKEN)}`;
  const direct = await get(server, `GET /films/film.json/thumbnail.jpg?${query}&t=2`);
  const version = await getVersion(server, "films/film.json");
  const image = await get(server, `GET /films/film.json/${version}/image/32768.jpg?${query}`);
  assertEquals(direct, { ...image, caching: "private, no-cache" });
});

Deno.test("serveArtwork() serves no poster of another policy, nor the asset", async () => {
  using server = createServer("art/poster.jpg", {
    access: createAccessConfig([], { default: "open" }),
  });
  const statuses = async () =>
    await Promise.all(
      ["poster", ".mpd"].map(async (name) =>
        (await get(server, `GET /films/film.json/${name}`)).status
      ),
    );
  assertEquals(await statuses(), [200, 200]);
  updateAccess(
    server.app as App,
    createAccessConfig([{ path: "/films/art/" }], { default: "open" }),
  );
  assertEquals(await statuses(), ["TOKEN_PATH", "TOKEN_PATH"]);
});

Deno.test("serveArtwork() forwards the parameters that manifests forward", async () => {
  using server = createServer(undefined, { forwardedParameters: ["sid"] });
  const version = await getVersion(server, "films/film.json");
  const { location } = await get(server, "GET /films/film.json/thumbnail.jpg?t=0&sid=a&x=b");
  assertEquals(location, `${version}/image/0.jpg?sid=a`);
});
