import { assertEquals } from "@std/assert";
import { listUsedFiles, sumFileSizes } from "../../lib/library/used_files.ts";
import { addMedia, MOVIE_PACKAGE, testApp } from "../server/fixture.ts";
import { getFile, TestListings, write } from "./listing_fixture.ts";

const [video, audio, thumbnails] = MOVIE_PACKAGE.tracks;

Deno.test("listUsedFiles() lists files of the same directory, each once", async () => {
  using server = testApp();
  server.files.makeDirectory("deep");
  addMedia(server, "ladder-aac-eng.mp4", "deep/audio.mp4");
  write(server, "poster.png", "\x89PNG\r\n\x1a\n");
  const tracks = [
    { ...video, file: "./video.mp4" },
    { ...video, name: "again" },
    { ...audio, file: "deep/audio.mp4" },
    thumbnails,
  ];
  const pack = { ...MOVIE_PACKAGE, poster: "poster.png", tracks };
  write(server, "film.json", JSON.stringify(pack));
  const { uses, error } = getFile(await new TestListings(server).getPage(), "film.json");
  assertEquals([uses, error], [["video.mp4", "thumbs.mp4", "poster.png"], undefined]);
});

Deno.test("listUsedFiles() lists nothing of a file that plays itself alone", async () => {
  using server = testApp();
  using asset = await server.app.library.open("video.mp4");
  if (!("presentation" in asset)) throw new Error("not an asset");
  assertEquals(listUsedFiles(asset, "video.mp4"), {});
  assertEquals(sumFileSizes(asset), (await server.app.root.resolve("video.mp4")).size);
});
