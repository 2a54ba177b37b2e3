/** File names that could break out of a URL, a log line or a page: they are listed, linked and served, never interpreted. */

import { assert, assertEquals } from "@std/assert";
import type { ListedFile } from "../../lib/library/listed_file.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { addMedia, type TestApp, testApp } from "./fixture.ts";

const NAMES: readonly string[] = [
  `quote'"double`,
  "<script>alert(1)</script>".replace("/", "\u2215"),
  `"><img src=x onerror=alert(1)>`,
  "two  spaces ",
  " leading",
  "100%",
  "%2e%2e",
  "%00",
  "a%20b",
  "hash#tag",
  "what?limit=0&after=z",
  "new\nline",
  "carriage\rreturn\ttab",
  "\u202egnp.exe",
  "עברית ו\u200fعربى",
  "🎬👩‍👩‍👧 é e\u0301",
  "a+b=c;d,e:f@g!$&*()[]{}|^`~",
  "__proto__",
  "constructor",
  "about.json",
  "Manifest",
  "master.m3u8",
  "index.m3u8",
  "v0123456789ab",
  "x".repeat(240),
];

const HTML = { accept: "text/html" };

/** `/odd` has a file and a directory of each of these names. */
function createApp(names: readonly string[]): TestApp {
  const server = testApp();
  for (const name of names) {
    server.files.makeDirectory(`odd/${name}`);
    addMedia(server, "pair-avc-aac.mp4", `odd/${name}.mp4`);
  }
  return server;
}

async function list(server: TestApp): Promise<{ folders: string[]; files: ListedFile[] }> {
  const response = await server.request("GET /odd/about.json?limit=200");
  assertEquals(response.status, 200);
  return await response.json();
}

Deno.test("handle() lists names verbatim", async () => {
  using server = createApp(NAMES);
  const { folders, files } = await list(server);
  assertEquals(folders.toSorted(), NAMES.toSorted());
  assertEquals(files.map(({ name }) => name).sort(), NAMES.map((name) => `${name}.mp4`).sort());
  assertEquals(files.filter(({ renditions }) => renditions?.length !== 2), []);
});

Deno.test("handle() accepts any name as a cursor", async () => {
  using server = createApp(NAMES);
  const found: string[] = [];
  let after = "";
  do {
    const query = `limit=1${after && `&after=${encodeURIComponent(after)}`}`;
    const page = await (await server.request(`GET /odd/about.json?${query}`)).json();
    found.push(...page.folders, ...page.files.map(({ name }: ListedFile) => name));
    after = page.next ?? "";
  } while (after);
  const { folders, files } = await list(server);
  assertEquals(found, [...folders, ...files.map(({ name }) => name)]);
});

for (const name of NAMES) {
  const shown = JSON.stringify(name.slice(0, 40));
  const directory = `/odd/${encodeURIComponent(name)}`;
  const movie = `/odd/${encodeURIComponent(`${name}.mp4`)}`;

  Deno.test(`handle() serves a file named ${shown}`, async () => {
    using server = createApp([name]);
    for (const path of ["/.mpd", "/.m3u8", "/ts.m3u8", "/Manifest", "/about.json", ""]) {
      const response = await server.request(`GET ${movie}${path}`);
      await response.body?.cancel();
      assertEquals([path, response.status], [path, 200]);
    }
    const { file, renditions: [{ init }] } = await (await server.request(`GET ${movie}/about.json`))
      .json();
    assertEquals(file, `odd/${name}.mp4`);
    assertEquals((await server.request(`GET ${movie}/${init}`)).status, 200);
  });

  Deno.test(`handle() keeps the name ${shown} out of pages`, async () => {
    using server = createApp([name, "plain"]);
    const page = async (path: string) => {
      const response = await server.request(`GET ${path}`, HTML);
      assertEquals([path, response.status], [path, 200]);
      return await response.text();
    };
    assertEquals(await page(`${directory}/`), await page("/odd/plain/"));
    assertEquals(await page(`${movie}/`), await page("/odd/plain.mp4/"));
  });

  Deno.test(`handle() redirects browsers to the directory ${shown}`, async () => {
    using server = createApp([name]);
    const { status, headers } = await server.request(`GET ${directory}`, HTML);
    if (name === "about.json") return assertEquals(status, 200); // the listing of the parent directory
    assertEquals([status, headers.get("location")], [302, `./${encodeURIComponent(name)}/`]);
  });

  Deno.test(`handle() reports on one line why ${shown} cannot be opened`, async () => {
    using server = createApp([name]);
    server.files.write(`odd/${name}.mp4`, "no movie");
    const { files: [file] } = await list(server);
    assert(file?.error && !/\p{Cc}/u.test(file.error), file?.error);
  });
}

Deno.test("handle() lists a name with a backslash and declares that it cannot be served", async () => {
  using server = testApp();
  if (Deno.build.os === "windows") return; // a separator there
  server.files.makeDirectory("odd");
  addMedia(server, "pair-avc-aac.mp4", "odd/back\\slash.mp4");
  const { files: [file] } = await list(server);
  assertEquals(file!.error, "Cannot serve a name that contains a backslash");
});

Deno.test("handle() lists a name that is not UTF-8 and declares that it cannot be found", async () => {
  using server = testApp();
  if (Deno.build.os !== "linux" || server.files instanceof MemoryStorage) return; // other systems reject such names
  server.files.makeDirectory("odd");
  const script = `cd "$1" && cp video.mp4 "$(printf 'odd/\\377.mp4')"`;
  assert(
    (await new Deno.Command("sh", { args: ["-c", script, "sh", server.root] }).output()).success,
  );
  const { files: [file] } = await list(server);
  assertEquals([file!.name, file!.error], ["\ufffd.mp4", "Cannot find 'odd/\ufffd.mp4'"]);
});
