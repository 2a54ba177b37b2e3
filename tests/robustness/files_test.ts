/** Truncated files, and files that contain less than their size suggests. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { openInputs } from "../open_presentation.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { ascii, box, concat, u32 } from "../mp4/movie_file.ts";
import { findBoxes } from "./boxes.ts";
import { checkMessage, fetchAll } from "./fetch_all.ts";

/** moov before mdat, moov after mdat, fragments, and both. */
const FILES = [
  "test-avc-frontmoov.mp4",
  "pair-avc-aac.mp4",
  "frag-avc-sidxes.mp4",
  "frag-avcaac-hybrid.mp4",
  "pair-avc-quicktime2.mov",
];

for (const name of FILES) {
  Deno.test(`fetchAll() plays or rejects ${name} truncated at every box`, async () => {
    const file = await Deno.readFile(new URL(`../../testdata/${name}`, import.meta.url));
    const ends = findBoxes(file).flatMap(({ offset, size }) => [offset, offset + 4, offset + size]);
    let rejected = 0;
    for (const end of new Set(ends)) {
      const { error } = await fetchAll(name, file.slice(0, end));
      if (error) rejected++;
      else assert(end > file.length / 3, `${name} plays without the bytes from ${end}`);
    }
    assert(rejected > 10, `${rejected} rejected`);
  });
}

/** Start of a sparse file of 100 GB. */
const HOLES: [content: string, start: Uint8Array, expected: RegExp][] = [
  [
    "only a hole",
    new Uint8Array(0),
    /^film\.mp4: Cannot find a moov box: this is not an MP4 file$/,
  ],
  ["a box of no size", concat(u32(0), ascii("free")), /: Cannot find a moov box$/],
  [
    "a moov of that size",
    concat(u32(0), ascii("moov")),
    /: moov: Cannot read 100000000000 bytes, expected at most 536870912$/,
  ],
  ["a small moov", box("moov", new Uint8Array(1000)), /: moov: Cannot find a mvhd box$/],
];

for (const [content, start, expected] of HOLES) {
  Deno.test(`openInputs() rejects a sparse file of 100 GB with ${content} after few reads`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      const path = join(directory, "film.mp4");
      await Deno.writeFile(path, start);
      await Deno.truncate(path, 1e11);
      const source = openFile(path, "film.mp4");
      let read = 0;
      const counted = {
        name: source.name,
        size: source.size,
        synchronous: source.synchronous,
        close: () => source.close(),
        read: (offset: number, into: Uint8Array) => {
          read += into.length;
          return source.read(offset, into);
        },
      };
      const open = () => counted;
      const error = await openInputs([{ file: "film.mp4" }], { segmentDuration: 2, open })
        .then(() => undefined, (error) => error);
      assert(error instanceof MediaError && expected.test(error.message), String(error));
      checkMessage(error, "film.mp4");
      assert(read < 70000, `${read} bytes read`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("fetchAll() rejects MP4 named as subtitles, and subtitles named as MP4", async () => {
  const media = await Deno.readFile(new URL("../../testdata/test-avc-vfr.mp4", import.meta.url));
  const subtitles = await fetchAll("film.vtt", media);
  assertEquals(subtitles.error?.message, "film.vtt: Cannot find the signature WEBVTT at the start");
  const movie = await fetchAll("film.mp4", ascii("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"));
  assertEquals(movie.error?.message, "film.mp4: Cannot read WebVTT, expected MP4");
});
