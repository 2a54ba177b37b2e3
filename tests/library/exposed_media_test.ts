/** Media files of protected packages, by the paths under which a client could download them. */

import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { requireNotExposed } from "../../lib/library/exposed_media.ts";
import { testApp } from "../server/fixture.ts";

const PROTECTION = {
  scheme: "cbcs",
  source: "house",
  content: "heat",
  kids: { all: "00112233-4455-6677-8899-aabbccddeeff" },
};

function formatProtected(...files: string[]): string {
  const tracks = files.map((file, i) =>
    file.endsWith(".vtt")
      ? { file, type: "text", language: "und", name: `text${i}` }
      : { file, track: 1, type: "video", language: "und", name: `video${i}` }
  );
  return JSON.stringify({ ams: 1, segmentDuration: 2, protection: PROTECTION, tracks });
}

interface Layout {
  /** Where the media file is. */
  readonly media: string;
  /** Paths of links, with their targets. */
  readonly links?: Readonly<Record<string, string>>;
  /** Default: `films/heat.json`. */
  readonly path?: string;
  /** As the package names it. */
  readonly file: string;
}

/** URLs at which a client gets the media file; empty if none. */
const cases: [what: string, layout: Layout, urls: string[]][] = [
  ["a file next to the package", { media: "films/a.mp4", file: "a.mp4" }, ["/films/a.mp4"]],
  ["a file of another directory", { media: "b/a.mp4", file: "../b/a.mp4" }, ["/b/a.mp4"]],
  ["a directory with a dot", { media: "films/.heat/a.mp4", file: ".heat/a.mp4" }, []],
  ["a directory with a dot above", { media: ".store/b/a.mp4", file: "../.store/b/a.mp4" }, []],
  ["a name with a dot", { media: "films/.a.mp4", file: ".a.mp4" }, []],
  ["a name with two dots", { media: "films/..a.mp4", file: "..a.mp4" }, []],
  ["a roundabout path", { media: "films/.heat/a.mp4", file: "../films/./.heat/a.mp4" }, []],
  [
    "a roundabout path through a dot",
    { media: "films/a.mp4", links: { "films/.heat/x": "../a.mp4" }, file: ".heat/../a.mp4" },
    ["/films/a.mp4"],
  ],
  [
    "a link with a dot to a visible file",
    { media: "films/b/a.mp4", links: { "films/.a.mp4": "b/a.mp4" }, file: ".a.mp4" },
    ["/films/b/a.mp4"],
  ],
  [
    "a link with a dot to a visible directory",
    { media: "b/a.mp4", links: { "films/.heat": "../b" }, file: ".heat/a.mp4" },
    ["/b/a.mp4"],
  ],
  [
    "a visible link to a file with a dot",
    { media: "films/.a.mp4", links: { "films/a.mp4": ".a.mp4" }, file: "a.mp4" },
    [],
  ],
  [
    "a visible link to a directory with a dot",
    { media: ".store/a.mp4", links: { "films/store": "../.store" }, file: "store/a.mp4" },
    [],
  ],
  [
    "a directory with a dot to which a visible link leads, too",
    { media: ".store/a.mp4", links: { public: ".store" }, file: "../.store/a.mp4" },
    [],
  ],
  [
    "a link in a directory with a dot to a visible file",
    { media: "b/a.mp4", links: { ".store/x.mp4": "../b/a.mp4" }, file: "../.store/x.mp4" },
    ["/b/a.mp4"],
  ],
  [
    "a package that a link leads to",
    {
      media: "b/a.mp4",
      links: { "films/heat.json": "../b/c.json" },
      path: "b/c.json",
      file: "a.mp4",
    },
    ["/b/a.mp4"],
  ],
  [
    "a package in a directory that a link leads to",
    { media: "b/.heat/a.mp4", links: { films: "b" }, path: "b/heat.json", file: ".heat/a.mp4" },
    [],
  ],
];

for (const [what, layout, urls] of cases) {
  Deno.test(`a protected package of ${what} is ${urls.length > 0 ? "refused" : "accepted"}`, async () => {
    const { media, links = {}, path = "films/heat.json", file } = layout;
    using server = testApp();
    server.files.write(media, server.files.read("video.mp4"));
    for (const [link, target] of Object.entries(links)) server.files.link(target, link);
    server.files.write(path, formatProtected(file));
    const response = await server.request("GET /films/heat.json/.mpd");
    const { code, reason } = await response.json();
    assertEquals([response.status, code], [
      500,
      urls.length > 0 ? "PACKAGE_EXPOSED" : "KEYS_MISSING",
    ]);
    if (urls.length > 0) assertEquals(reason, formatReason(file));
    const paths = [media, ...Object.keys(links), ...Object.keys(links).map((it) => `${it}/a.mp4`)];
    const found: string[] = [];
    for (const path of new Set(paths)) {
      const { status, headers, body } = await server.request(`GET /${path}`);
      await body?.cancel();
      if (status === 200 && headers.get("content-type") === "video/mp4") found.push(`/${path}`);
    }
    assertEquals(found.filter((url) => !(url.slice(1) in links)), urls);
  });
}

function formatReason(file: string): string {
  return `${file}: Cannot protect this file, which clients can download in the clear: expected a ` +
    "directory whose name starts with a dot, or ams with --packages-only";
}

Deno.test("a protected package is refused for one exposed file, before its keys are requested", async () => {
  using server = testApp();
  server.files.write(".a.mp4", server.files.read("video.mp4"));
  server.files.write("heat.json", formatProtected(".a.mp4", "video.mp4"));
  const { code, reason } = await (await server.request("GET /heat.json/.m3u8")).json();
  assertEquals([code, reason], ["PACKAGE_EXPOSED", formatReason("video.mp4")]);
});

Deno.test("subtitle files of a protected package may be visible", async () => {
  using server = testApp();
  server.files.write(".a.mp4", server.files.read("video.mp4"));
  server.files.write("heat.json", formatProtected(".a.mp4", "text.vtt"));
  assertEquals((await (await server.request("GET /heat.json/.mpd")).json()).code, "KEYS_MISSING");
});

Deno.test("media of a protected package may be visible with --packages-only", async () => {
  using server = testApp({ packagesOnly: true });
  server.files.write("heat.json", formatProtected("video.mp4"));
  assertEquals((await (await server.request("GET /heat.json/.mpd")).json()).code, "KEYS_MISSING");
  assertEquals((await server.request("GET /video.mp4")).status, 404);
});

Deno.test("a protected package is accepted as soon as its link leads to a hidden file", async () => {
  using server = testApp();
  const { files } = server;
  files.write("b/a.mp4", files.read("video.mp4"));
  files.write(".store/a.mp4", files.read("video.mp4"));
  files.link("b", ".heat");
  files.write("heat.json", formatProtected(".heat/a.mp4"));
  const getCode = async () => (await (await server.request("GET /heat.json/.mpd")).json()).code;
  assertEquals(await getCode(), "PACKAGE_EXPOSED");
  files.remove(".heat");
  files.link(".store", ".heat");
  server.app.library.close();
  assertEquals(await getCode(), "KEYS_MISSING");
});

Deno.test("requireNotExposed() accepts names that are never served", () => {
  for (const path of [".a/b.mp4", "a/.b.mp4", "a/b.json", "a/.b/c/d.mp4"]) {
    requireNotExposed([path], "x.mp4");
  }
  for (const path of ["a.mp4", "a/b.mp4", "a./b.mp4", "a/b.json/c.mp4"]) {
    const error = assertThrows(
      () => requireNotExposed([".hidden/x.mp4", path], "x.mp4"),
      MediaError,
    );
    assertEquals([error.code, error.message], ["PACKAGE_EXPOSED", formatReason("x.mp4")]);
  }
});
