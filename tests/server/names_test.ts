/** Names of files that would break out of a URL, a line or a page: listed, linked and played, and never interpreted. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { ListedFile } from "../../lib/library/directory_listing.ts";
import { copyMedia, type TestApp, testApp } from "./fixture.ts";

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
  "v0123456789ab",
  "x".repeat(240),
];

const HTML = { accept: "text/html" };

/** `/odd` holds a file and a folder of each of these names. */
function stageOf(names: readonly string[]): TestApp {
  const server = testApp();
  const folder = join(server.root, "odd");
  for (const name of names) {
    Deno.mkdirSync(join(folder, name), { recursive: true });
    copyMedia("pair-avc-aac.mp4", join(folder, `${name}.mp4`));
  }
  return server;
}

async function listed(server: TestApp): Promise<{ folders: string[]; files: ListedFile[] }> {
  const response = await server.request("GET /odd/about.json?limit=200");
  assertEquals(response.status, 200);
  return await response.json();
}

Deno.test("handle() lists names as they are", async () => {
  using server = stageOf(NAMES);
  const { folders, files } = await listed(server);
  assertEquals(folders.toSorted(), NAMES.toSorted());
  assertEquals(files.map(({ name }) => name).sort(), NAMES.map((name) => `${name}.mp4`).sort());
  assertEquals(files.filter(({ renditions }) => renditions?.length !== 2), []);
});

Deno.test("handle() goes on behind any name", async () => {
  using server = stageOf(NAMES);
  const found: string[] = [];
  let after = "";
  do {
    const query = `limit=1${after && `&after=${encodeURIComponent(after)}`}`;
    const page = await (await server.request(`GET /odd/about.json?${query}`)).json();
    found.push(...page.folders, ...page.files.map(({ name }: ListedFile) => name));
    after = page.next ?? "";
  } while (after);
  const { folders, files } = await listed(server);
  assertEquals(found, [...folders, ...files.map(({ name }) => name)]);
});

for (const name of NAMES) {
  const shown = JSON.stringify(name.slice(0, 40));
  const folder = `/odd/${encodeURIComponent(name)}`;
  const movie = `/odd/${encodeURIComponent(`${name}.mp4`)}`;

  Deno.test(`handle() plays, shows and gives out a file called ${shown}`, async () => {
    using server = stageOf([name]);
    for (const form of ["/.mpd", "/.m3u8", "/ts.m3u8", "/Manifest", "/about.json", ""]) {
      const response = await server.request(`GET ${movie}${form}`);
      await response.body?.cancel();
      assertEquals([form, response.status], [form, 200]);
    }
    const { file, renditions: [{ init }] } = await (await server.request(`GET ${movie}/about.json`))
      .json();
    assertEquals(file, `odd/${name}.mp4`);
    assertEquals((await server.request(`GET ${movie}/${init}`)).status, 200);
  });

  Deno.test(`handle() has pages without a word of ${shown} in them`, async () => {
    using server = stageOf([name, "plain"]);
    const page = async (path: string) => {
      const response = await server.request(`GET ${path}`, HTML);
      assertEquals([path, response.status], [path, 200]);
      return await response.text();
    };
    assertEquals(await page(`${folder}/`), await page("/odd/plain/"));
    assertEquals(await page(`${movie}/`), await page("/odd/plain.mp4/"));
  });

  Deno.test(`handle() sends browsers to the folder called ${shown}`, async () => {
    using server = stageOf([name]);
    const { status, headers } = await server.request(`GET ${folder}`, HTML);
    if (name === "about.json") return assertEquals(status, 200); // that is the listing of what it lies in
    assertEquals([status, headers.get("location")], [302, `./${encodeURIComponent(name)}/`]);
  });

  Deno.test(`handle() says in a line what is wrong with a file called ${shown}`, async () => {
    using server = stageOf([name]);
    Deno.writeTextFileSync(join(server.root, "odd", `${name}.mp4`), "no movie");
    const { files: [file] } = await listed(server);
    assert(file?.error && !/\p{Cc}/u.test(file.error), file?.error);
  });
}

Deno.test("handle() lists a name with a backslash, which no URL has, and says so", async () => {
  using server = testApp();
  if (Deno.build.os === "windows") return; // it is no name there
  Deno.mkdirSync(join(server.root, "odd"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "odd", "back\\slash.mp4"));
  const { files: [file] } = await listed(server);
  assertEquals(file!.error, "Cannot ask for a name that has a backslash");
});

Deno.test("handle() lists a name that isn't UTF-8, and that it can't be found", async () => {
  using server = testApp();
  if (Deno.build.os !== "linux") return; // others have no such names
  Deno.mkdirSync(join(server.root, "odd"));
  const script = `cd "$1" && cp video.mp4 "$(printf 'odd/\\377.mp4')"`;
  assert(
    (await new Deno.Command("sh", { args: ["-c", script, "sh", server.root] }).output()).success,
  );
  const { files: [file] } = await listed(server);
  assertEquals([file!.name, file!.error], ["\ufffd.mp4", "Cannot find 'odd/\ufffd.mp4'"]);
});
