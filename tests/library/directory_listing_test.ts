import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Listing } from "../../lib/library/directory_listing.ts";
import { addMedia, copyMedia, MOVIE_PACKAGE, testApp } from "../server/fixture.ts";
import { getFile, TestListings, write } from "./listing_fixture.ts";

/** Media files that last 6 and 12 seconds. */
const [SHORT, LONG] = ["test-avc-rotated.mp4", "ladder-avc-240p.mp4"];

Deno.test("getPage() summarizes assets", async () => {
  using server = testApp();
  const listing = await new TestListings(server).getPage();
  const { thumbnail, modified, ...movie } = getFile(listing, "film.json");
  assertEquals(new Date(modified!).getTime(), statTime(server, "film.json"));
  const used = ["video.mp4", "audio.mp4", "thumbs.mp4", "text.vtt"];
  const sizes = used.map((name) => Deno.statSync(join(server.root, name)).size);
  assertEquals(movie, {
    name: "film.json",
    kind: "package",
    duration: 12,
    renditions: [
      "video 426x240 avc1.640015 25 fps 33 kbit/s",
      "audio en mp4a.40.2 2 ch 48000 Hz 35 kbit/s",
      "image 160x90 jpeg 9 kbit/s",
      "text en",
    ],
    languages: ["en"],
    bytes: sizes.reduce((sum, size) => sum + size),
    uses: used,
  });
  const image = await server.request(`GET /${thumbnail}`);
  assertEquals([image.status, image.headers.get("content-type")], [200, "image/jpeg"]);
  await image.body?.cancel();
  assertEquals(getFile(listing, "text.vtt"), {
    name: "text.vtt",
    kind: "other",
    bytes: sizes[3]!,
    modified: new Date(statTime(server, "text.vtt")).toISOString(),
  });
  assertEquals(getFile(listing, "audio.mp4").kind, "bare");
  assertEquals(listing.presentation, { files: 4 });
});

function statTime({ root }: { readonly root: string }, name: string): number {
  return Deno.statSync(join(root, name)).mtime!.getTime();
}

/** Broken files, with a part of the error. */
const broken: [name: string, content: string, message: string][] = [
  ["broken.mp4", "not a movie", "broken.mp4: "],
  ["empty.mov", "", "empty.mov: "],
  ["future.json", '{ "ams": 2 }', "future.json: ams: Cannot read version 2"],
  ["half.json", '{ "ams": 1, ', "half.json: Cannot read line 1, column 13"],
  [
    "lost.json",
    JSON.stringify({
      ...MOVIE_PACKAGE,
      tracks: [{ ...MOVIE_PACKAGE.tracks[0], file: "none.mp4" }],
    }),
    "none.mp4: Cannot find this file",
  ],
];

for (const [name, content, message] of broken) {
  Deno.test(`getPage() reports why ${name} cannot be opened`, async () => {
    using server = testApp();
    write(server, name, content);
    const listings = new TestListings(server);
    const { error, ...rest } = getFile(await listings.getPage(), name);
    assertStringIncludes(error!, message);
    assert(!error!.includes("\n") && !error!.includes(server.root));
    assertEquals([rest.duration, rest.renditions, listings.errors], [undefined, undefined, []]);
  });
}

Deno.test("getPage() lists JSON of other programs as a file that is not served", async () => {
  using server = testApp();
  for (const [name, text] of [["data.json", "{}"], ["list.json", "[1]"], ["notes.json", "["]]) {
    write(server, name!, text);
    const { kind, bytes, served, error } = getFile(await new TestListings(server).getPage(), name!);
    assertEquals([kind, bytes, served, error], ["other", text!.length, false, undefined]);
  }
});

Deno.test("getPage() sorts packages first, then directories, and numbers by value", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  for (
    const name of ["b 10.txt", "z 10.json", "z 9.json", "b 2.txt", "B 2.txt", "é.txt", "a.txt"]
  ) {
    write(server, `f/${name}`);
  }
  for (const name of ["z2", "z10", "y"]) Deno.mkdirSync(join(server.root, "f", name));
  const { folders, files, total } = await new TestListings(server).getPage("f");
  assertEquals(folders, ["y", "z2", "z10"]);
  const names = files.map(({ name }) => name);
  assertEquals(names.slice(0, 2), ["z 9.json", "z 10.json"]);
  assertEquals(names.slice(2), ["a.txt", "b 2.txt", "B 2.txt", "b 10.txt", "é.txt"]);
  assertEquals(total, { folders: 3, files: 7 });
  const first = await new TestListings(server).getPage("f", { limit: 3 });
  assertEquals([first.folders, first.next], [["y"], "y/"]);
});

Deno.test("getPage() omits dot files, special files, and links that are broken or lead outside", async () => {
  using server = testApp();
  const at = (name: string) => join(server.root, "f", name);
  Deno.mkdirSync(at(".git"), { recursive: true });
  write(server, "f/.secret.mp4");
  Deno.writeTextFileSync(join(server.outside, "x.mp4"), "x");
  Deno.symlinkSync(join(server.outside, "x.mp4"), at("outside.mp4"));
  Deno.symlinkSync(server.outside, at("outside"));
  Deno.symlinkSync("nowhere", at("dangling.mp4"));
  Deno.symlinkSync("round", at("round"));
  Deno.symlinkSync(".secret.mp4", at("secret.mp4"));
  Deno.symlinkSync("../video.mp4", at("linked.mp4"));
  Deno.symlinkSync("..", at("up"));
  if (Deno.build.os !== "windows") {
    assert((await new Deno.Command("mkfifo", { args: [at("pipe.mp4")] }).output()).success);
  }
  const { folders, files } = await new TestListings(server).getPage("f");
  assertEquals(folders, ["up"]);
  assertEquals(files.map(({ name, duration }) => [name, duration]), [["linked.mp4", 12]]);
});

Deno.test("getPage() pages through a directory", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  for (let i = 0; i < 23; i++) write(server, `f/${i}.txt`);
  for (let i = 0; i < 5; i++) Deno.mkdirSync(join(server.root, `f/d${i}`));
  const listings = new TestListings(server);
  const whole = await listings.getPage("f", { limit: 200 });
  assertEquals([whole.folders.length, whole.files.length, whole.next], [5, 23, undefined]);
  for (const limit of [1, 3, 5, 7, 28]) {
    const [folders, files]: [string[], unknown[]] = [[], []];
    let next: string | undefined;
    do {
      const page: Listing = await listings.getPage("f", { limit, ...next && { after: next } });
      assert(page.folders.length + page.files.length <= limit);
      folders.push(...page.folders);
      files.push(...page.files);
      next = page.next;
    } while (next !== undefined);
    assertEquals([limit, folders, files], [limit, whole.folders, whole.files]);
  }
});

/** Directories, in pages of two entries, with the files of their presentation. */
const presentations: [what: string, files: Record<string, string>, files?: number][] = [
  ["files of one duration", { "a.mp4": SHORT, "b.mp4": SHORT, "c.mp4": SHORT }, 3],
  ["files of which the last lasts longer", { "a.mp4": SHORT, "b.mp4": SHORT, "c.mp4": LONG }],
  ["files of which the first lasts longer", { "a.mp4": LONG, "b.mp4": SHORT, "c.mp4": SHORT }],
  ["a film of several files", {
    "f.mp4": LONG,
    "f-240p.mp4": SHORT,
    "f.fr.vtt": "ladder-vtt-fra.vtt",
  }, 3],
  ["subtitles alone", {
    "a.vtt": "ladder-vtt-fra.vtt",
    "b.vtt": "ladder-vtt-fra.vtt",
    "c.vtt": "ladder-vtt-fra.vtt",
  }],
  ["subtitles of one film alone", {
    "f.de.vtt": "ladder-vtt-fra.vtt",
    "f.en.vtt": "ladder-vtt-fra.vtt",
    "f.fr.vtt": "ladder-vtt-fra.vtt",
  }],
  ["a file and others that are no media", { "a.mp4": SHORT, "b.txt": SHORT, "c.txt": SHORT }],
  ["a series", { "s01e01.mp4": SHORT, "s01e02.mp4": SHORT, "s01e03.mp4": SHORT }],
];

for (const [what, files, expected] of presentations) {
  Deno.test(`getPage() decides with the last of several pages whether ${what} make a presentation`, async () => {
    using server = testApp();
    for (const [name, source] of Object.entries(files)) addMedia(server, source, `f/${name}`);
    write(server, "f/notes.txt");
    const listings = new TestListings(server);
    const first = await listings.getPage("f", { limit: 2 });
    assertEquals(first.presentation, undefined);
    const last = await listings.getPage("f", { limit: 2, after: first.next! });
    assertEquals([last.next, last.presentation?.files], [undefined, expected]);
    const alone = await new TestListings(server).getPage("f", { after: "z" });
    assertEquals(alone.presentation?.files, expected);
    const [hidden] = Object.keys(files);
    const canSee = ({ name }: { readonly name: string }) => name !== hidden;
    assertEquals((await listings.getPage("f", { canSee })).presentation, undefined);
  });
}

Deno.test("getPage() continues after an entry that was removed", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  for (const name of ["a.txt", "b.txt", "c.txt"]) write(server, `f/${name}`);
  const listings = new TestListings(server);
  assertEquals((await listings.getPage("f", { limit: 2 })).next, "b.txt");
  Deno.removeSync(join(server.root, "f/b.txt"));
  listings.system.time += 20_000;
  assertEquals((await listings.getPage("f", { after: "b.txt" })).files.map(({ name }) => name), [
    "c.txt",
  ]);
  assertEquals((await listings.getPage("f", { after: "z" })).files, []);
});

Deno.test("getPage() opens an asset again only after it was replaced", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  copyMedia("pair-avc-aac.mp4", join(server.root, "f/a.mp4"));
  const listings = new TestListings(server);
  const before = getFile(await listings.getPage("f"), "a.mp4");
  assertEquals(listings.opened, 1);
  await listings.getPage("f");
  listings.system.time += 5000;
  assertEquals(getFile(await listings.getPage("f"), "a.mp4"), before);
  assertEquals(listings.opened, 1);
  copyMedia("tone-aac-mono.m4a", join(server.root, "f/a.mp4"));
  listings.system.time += 5000;
  const after = getFile(await listings.getPage("f"), "a.mp4");
  assertEquals(after.renditions!.length, 1);
  assertEquals(listings.opened, 2);
});

Deno.test("getPage() notices added and removed files", async () => {
  using server = testApp();
  Deno.mkdirSync(join(server.root, "f"));
  const listings = new TestListings(server);
  const names = async () => (await listings.getPage("f")).files.map(({ name }) => name);
  assertEquals(await names(), []);
  write(server, "f/a.txt");
  listings.system.time += 2000;
  assertEquals(await names(), ["a.txt"]);
  Deno.removeSync(join(server.root, "f/a.txt"));
  Deno.symlinkSync("../late.txt", join(server.root, "f/b.txt"));
  listings.system.time += 2000;
  assertEquals(await names(), []);
  write(server, "late.txt"); // leaves the directory itself unchanged
  listings.system.time += 20_000;
  assertEquals(await names(), ["b.txt"]);
});

const queries: [query: string, status: number, entries?: number][] = [
  ["limit=2", 200, 2],
  ["limit=200", 200, 5],
  ["after=film.json", 200, 4],
  ["after=film.json&limit=1&other=x", 200, 1],
  ["after=zzz", 200, 0],
  ["after=", 200, 5],
  ["", 200, 5],
  ["limit=0", 400],
  ["limit=201", 400],
  ["limit=-1", 400],
  ["limit=1e2", 400],
  ["limit=", 400],
  ["limit=%0a<script>", 400],
];

for (const [query, status, entries] of queries) {
  Deno.test(`handle() responds to /about.json?${query} with ${status}`, async () => {
    using server = testApp();
    const response = await server.request(`GET /about.json?${query}`);
    const body = await response.json();
    assertEquals(response.status, status);
    if (status === 200) assertEquals(body.files.length, entries);
    else assertEquals([body.code, body.reason.includes("\n")], ["BAD_REQUEST", false]);
  });
}
