import { assert, assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { isSubtitleTrack } from "../../lib/input/track_input.ts";
import { createSourceFiles } from "../../lib/presentation/asset_media.ts";
import { TrackIndexes } from "../../lib/presentation/track_indexes.ts";
import type { Source } from "../../lib/storage/source.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { readTestdata } from "../test_files.ts";

const FILES = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"];

const NAMES = [
  { file: FILES[0]!, type: "video", track: 1 },
  { file: FILES[1]!, type: "audio", track: 1 },
  { file: FILES[2]!, type: "text" },
] as const;

/** Remote files, whose reads wait until the test lets them complete. */
function setUp({ remote = true } = {}) {
  const gate = Promise.withResolvers<void>();
  const reads: string[] = [];
  const loads: [file: string, size: number][] = [];
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
      ...remote && {
        load: (ranges) => {
          for (const { size } of ranges) loads.push([file, size]);
          return Promise.resolve();
        },
      },
    };
  };
  return { gate, reads, loads, files: createSourceFiles(open, new TrackIndexes({ tracks: [] })) };
}

Deno.test("SourceFiles.openAll() reads the movies of remote files at the same time, each once", async () => {
  const { gate, reads, files } = setUp();
  const opening = files.openAll([...NAMES, NAMES[0]!]);
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
  await files.openAll([{ file: "missing.mp4", type: "video", track: 1 }, ...NAMES]);
  assertEquals(reads, []);
  await assertRejects(() => files.movie("missing.mp4"), MediaError, "Cannot find this file");
  files.close();
});

Deno.test("SourceFiles.movie() rejects with what the movie of a remote file lacks", async () => {
  const { gate, files } = setUp();
  gate.resolve();
  await files.openAll([{ file: "../README.md", type: "video", track: 1 }]);
  await assertRejects(() => files.movie("../README.md"), MediaError);
  files.close();
});

Deno.test("SourceFiles.openAll() loads subtitles of remote files that are named", async () => {
  const { gate, loads, files } = setUp();
  gate.resolve();
  const file = "multi-avc-stpp.mp4";
  const video = { file, type: "video", track: 1 } as const;
  await files.openAll([video]); // reads the movie
  loads.length = 0;
  await files.openAll([video]);
  assertEquals(loads, []);
  const subtitles = (await files.movie(file)).tracks.filter(isSubtitleTrack);
  const [{ id, samples }] = subtitles as [typeof subtitles[0]];
  await files.openAll([video, { file, type: "text", track: id }]);
  const sum = loads.reduce((sum, [, size]) => sum + size, 0);
  assert(sum >= samples.bytes(0, samples.count));
  loads.length = 0;
  const names = [file, FILES[2]!];
  await files.openAll(names.map((file) => ({ file, type: "text" })));
  assertEquals(loads, names.map((name) => [name, readTestdata(name).length]));
  files.close();
});
