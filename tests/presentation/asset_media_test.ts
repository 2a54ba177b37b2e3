import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { createSourceFiles } from "../../lib/presentation/asset_media.ts";
import { TrackIndexes } from "../../lib/presentation/track_indexes.ts";
import type { Source } from "../../lib/storage/source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { readTestdata } from "../test_files.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

/** Remote files, whose reads wait until the test lets them complete. */
function setUp({ remote = true } = {}) {
  const gate = Promise.withResolvers<void>();
  const reads: string[] = [];
  const open = (file: string): Source => {
    if (file === "missing.mp4") throw new MediaError("Cannot find this file", "MEDIA_MISSING");
    const { source } = memorySource(readTestdata(file), file);
    return {
      ...source,
      synchronous: false,
      async read(offset, into) {
        reads.push(file);
        await gate.promise;
        source.read(offset, into);
      },
      ...remote && { load: () => Promise.resolve() },
    };
  };
  return { gate, reads, files: createSourceFiles(open, new TrackIndexes({ tracks: [] })) };
}

Deno.test("SourceFiles.openAll() reads the movies of remote files at the same time, each once", async () => {
  const { gate, reads, files } = setUp();
  const opening = files.openAll([...FILES, FILES[0]!]);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assertEquals(reads, FILES.slice(0, 2));
  gate.resolve();
  await opening;
  const before = reads.length;
  const movies = await Promise.all(FILES.slice(0, 2).map((file) => files.movie(file)));
  assertEquals([reads.length, movies.map(({ tracks }) => tracks.length)], [before, [1, 1]]);
  files.close();
});

Deno.test("SourceFiles.openAll() reads no movies of others, and leaves errors to movie()", async () => {
  const { reads, files } = setUp({ remote: false });
  await files.openAll(["missing.mp4", ...FILES]);
  assertEquals(reads, []);
  await assertRejects(() => files.movie("missing.mp4"), MediaError, "Cannot find this file");
  files.close();
});

Deno.test("SourceFiles.movie() rejects with what the movie of a remote file lacks", async () => {
  const { gate, files } = setUp();
  gate.resolve();
  await files.openAll(["../README.md"]);
  await assertRejects(() => files.movie("../README.md"), MediaError);
  files.close();
});
