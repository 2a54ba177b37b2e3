/** Chapters of a package, from its file to the URLs that players request. */

import { assertEquals } from "@std/assert";
import { WITHOUT_CLOCK } from "../../lib/storage/local/file_system.ts";
import { getCode } from "./access_server.ts";
import { addMedia, getVersion, MOVIE_PACKAGE, type TestApp, testApp } from "./fixture.ts";

const toVtt = (title: string) => `WEBVTT\n\n00:00.000 --> 00:01.000\n${title}\n`;

/** A package whose chapters are in `chapters.vtt`; `clock.now` is in milliseconds. */
function createServer(clock = { now: 0 }): TestApp {
  const server = testApp({}, { ...WITHOUT_CLOCK, now: () => clock.now });
  server.files.write("film.json", JSON.stringify({ ...MOVIE_PACKAGE, chapters: "chapters.vtt" }));
  server.files.write("chapters.vtt", toVtt("One"));
  return server;
}

/** Titles of `chapters.json`, or the code of an error. */
async function getTitles(server: TestApp, path = "/film.json/chapters.json") {
  const response = await server.request(`GET ${path}`);
  if (response.status !== 200) return getCode(response);
  const chapters: { titles: [{ title: string }] }[] = await response.json();
  return chapters.map(({ titles: [{ title }] }) => title);
}

Deno.test("handle() serves chapters that were edited, under the same version", async () => {
  const clock = { now: 0 };
  using server = createServer(clock);
  assertEquals(await getTitles(server), ["One"]);
  const version = await getVersion(server);
  server.files.write("chapters.vtt", toVtt("Another"));
  clock.now += 20_000; // slow storage may serve the old for 10 s
  assertEquals(await getTitles(server), ["Another"]);
  assertEquals(await getVersion(server), version);
});

Deno.test("handle() plays a package without its chapters until they are there, and warns", async () => {
  const clock = { now: 0 };
  using server = createServer(clock);
  server.files.remove("chapters.vtt");
  assertEquals(await getTitles(server), "NOT_FOUND");
  assertEquals((await server.request("GET /film.json/.mpd")).status, 200);
  assertEquals(server.messages, [
    "film.json: chapters.vtt: is left out: Cannot find this file",
  ]);
  server.files.write("chapters.vtt", toVtt("One"));
  clock.now += 20_000; // slow storage may serve the old for 10 s
  assertEquals(await getTitles(server), ["One"]);
});

Deno.test("handle() finds no chapters of a directory, nor of a file without any", async () => {
  using server = createServer();
  addMedia(server, "tone-aac-chapters.m4a", "show/a.m4a");
  assertEquals(await getTitles(server, "/show/a.m4a/chapters.json"), [
    "Opening",
    "Café & “more” <b>",
    "The end",
  ]);
  for (const path of ["/show/chapters.json", "/video.mp4/chapters.json"]) {
    assertEquals(await getTitles(server, path), "NOT_FOUND");
  }
  const playlist = await server.request("GET /show/.m3u8");
  assertEquals((await playlist.text()).includes("SESSION-DATA"), false);
});
