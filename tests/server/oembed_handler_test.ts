import { assert, assertEquals } from "@std/assert";
import { createAccessConfig } from "../access/tokens.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

const PUBLIC_URL = "https://media.example.com/vod/";

function createServer(options: Parameters<typeof testApp>[0] = {}): TestApp {
  const server = testApp({ publicUrl: PUBLIC_URL, ...options });
  addMedia(server, "pair-avc-aac.mp4", "films/a.mp4");
  addMedia(server, "ladder-aac-eng.mp4", "films/b.m4a");
  server.files.write("films/notes.txt", "notes");
  return server;
}

async function getOembed(server: TestApp, url: string, rest = "") {
  const response = await server.request(
    `GET /.ams/oembed?url=${encodeURIComponent(url)}${rest}`,
  );
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const found: [url: string, width: number, src: string][] = [
  ["film.json/", 426, "film.json/?embed"],
  ["film.json", 426, "film.json/?embed"],
  ["film.ism/", 426, "film.json/?embed"],
  ["films/a.mp4/?embed&start=1&token=x#t=2,3", 320, "films/a.mp4/?embed&amp;start=1#t=2,3"],
  ["films/b.m4a/", 640, "films/b.m4a/?embed"],
];

for (const [path, width, src] of found) {
  Deno.test(`serveOembed() describes the player of ${path}`, async () => {
    for (const listing of [true, false]) {
      using server = createServer({ listing });
      const { status, body, headers } = await getOembed(server, `${PUBLIC_URL}${path}`);
      assertEquals(status, 200);
      assertEquals(headers.get("content-type"), "application/json");
      assertEquals(body.width, width);
      assert(body.html.startsWith(`<iframe src="${PUBLIC_URL}${src}" `), body.html);
    }
  });
}

Deno.test("serveOembed() gives the thumbnail of an asset, and fits the player", async () => {
  using server = createServer();
  const { body } = await getOembed(server, `${PUBLIC_URL}film.json/`, "&maxwidth=200&maxheight=99");
  assertEquals(body.thumbnail_url, `${PUBLIC_URL}film.json/poster`);
  assertEquals([body.width, body.height], [175, 99]);
});

const absent = [
  "",
  "film.json/",
  "https://other.example.com/vod/film.json/",
  "https://media.example.com/film.json/",
  "https://media.example.com/vod",
  PUBLIC_URL,
  `${PUBLIC_URL}films/`,
  `${PUBLIC_URL}films/notes.txt`,
  `${PUBLIC_URL}none.json/`,
  `${PUBLIC_URL}../film.json/`,
  `${PUBLIC_URL}films/../film.json/`,
  `${PUBLIC_URL}film.json/.mpd`,
  `${PUBLIC_URL}%FF.json/`,
  `${PUBLIC_URL}film.json/#"><script>`,
];

Deno.test("serveOembed() responds with the same 404 to whatever is no asset", async () => {
  using server = createServer();
  for (const url of absent) {
    const { status, body } = await getOembed(server, url);
    assertEquals([url, status], [url, 404]);
    assertEquals(body.reason, `Cannot find an asset at the URL '${url}'`);
  }
});

Deno.test("serveOembed() does not look at an asset that requires a token", async () => {
  const access = createAccessConfig([{ path: "/films/" }], { default: "open" });
  using server = createServer({ access });
  const opened: string[] = [];
  const { library } = server.app;
  const open = library.open.bind(library);
  library.open = (file, version) => {
    opened.push(file);
    return open(file, version);
  };
  for (const name of ["a.mp4", "none.mp4"]) {
    const url = `${PUBLIC_URL}films/${name}/`;
    const { status, body } = await getOembed(server, url);
    assertEquals([status, body.code], [404, "NOT_FOUND"]);
    assertEquals(body.reason, `Cannot find an asset at the URL '${url}'`);
  }
  assertEquals(opened, []);
  assertEquals((await getOembed(server, `${PUBLIC_URL}film.json/`)).status, 200);
  assertEquals(opened, ["film.json"]);
});

Deno.test("serveOembed() serves packages alone with --packages-only", async () => {
  using server = createServer({ packagesOnly: true });
  assertEquals((await getOembed(server, `${PUBLIC_URL}film.json/`)).status, 200);
  assertEquals((await getOembed(server, `${PUBLIC_URL}films/a.mp4/`)).status, 404);
});

Deno.test("serveOembed() reports a broken asset, and parameters that it cannot use", async () => {
  using server = createServer();
  server.files.write("broken.mp4", "not a movie");
  assertEquals((await getOembed(server, `${PUBLIC_URL}broken.mp4/`)).body.code, "MEDIA_INVALID");
  for (const rest of ["&format=xml", "&format=", "&format=JSON"]) {
    const { status, body } = await getOembed(server, `${PUBLIC_URL}film.json/`, rest);
    assertEquals([rest, status, body.code], [rest, 501, "NOT_IMPLEMENTED"]);
  }
  for (const rest of ["&maxwidth=0", "&maxheight=-1", "&maxwidth=1e9"]) {
    const { status, body } = await getOembed(server, `${PUBLIC_URL}film.json/`, rest);
    assertEquals([rest, status, body.code], [rest, 400, "BAD_REQUEST"]);
  }
  assertEquals((await getOembed(server, `${PUBLIC_URL}film.json/`, "&format=json")).status, 200);
});

Deno.test("serveOembed() does not exist without --public-url", async () => {
  using server = testApp();
  const { status, body } = await getOembed(server, `${PUBLIC_URL}film.json/`);
  assertEquals([status, body.reason], [
    404,
    "Cannot find oEmbed: ams runs without --public-url",
  ]);
});
