/** Files that end too soon, or hold less than their size says. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { MediaError } from "../../lib/errors.ts";
import { openInputs } from "../../lib/presentation/open.ts";
import { openFile } from "../../lib/storage/local/file.ts";
import { ascii, box, concat, u32 } from "../mp4/movie_file.ts";
import { findBoxes } from "./boxes.ts";
import { checkMessage, fetchAll } from "./fetch_all.ts";

/** moov in front, moov behind, fragments, and both. */
const FILES = [
  "test-avc-frontmoov.mp4",
  "pair-avc-aac.mp4",
  "frag-avc-sidxes.mp4",
  "frag-avcaac-hybrid.mp4",
  "pair-avc-quicktime2.mov",
];

for (const name of FILES) {
  Deno.test(`${name} cut off at the start, in the header and at the end of every box`, async () => {
    const file = await Deno.readFile(new URL(`../../testdata/${name}`, import.meta.url));
    const ends = findBoxes(file).flatMap(({ offset, size }) => [offset, offset + 4, offset + size]);
    let refused = 0;
    for (const end of new Set(ends)) {
      const { error } = await fetchAll(name, file.slice(0, end));
      if (error) refused++;
      else assert(end > file.length / 3, `${name} plays without what is behind byte ${end}`);
    }
    assert(refused > 10, `${refused} refused`);
  });
}

/** What stands at the start of a file of 100 GB that holds nothing else. */
const HOLES: [what: string, start: Uint8Array, refusal: RegExp][] = [
  ["nothing", new Uint8Array(0), /^film\.mp4: Cannot find a moov box: this is not an MP4 file$/],
  ["a box of no size", concat(u32(0), ascii("free")), /: Cannot find a moov box$/],
  [
    "a moov that is as large",
    concat(u32(0), ascii("moov")),
    /: moov: Cannot read 100000000000 bytes, expected at most 536870912$/,
  ],
  ["a small moov", box("moov", new Uint8Array(1000)), /: moov: Cannot find a mvhd box$/],
];

for (const [what, start, refusal] of HOLES) {
  Deno.test(`a file of 100 GB with ${what} and holes is refused after few reads`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      const path = join(folder, "film.mp4");
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
      assert(error instanceof MediaError && refusal.test(error.message), String(error));
      checkMessage(error, "film.mp4");
      assert(read < 70000, `${read} bytes read`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("an MP4 that says it is text, and a text that says it is MP4, are refused", async () => {
  const media = await Deno.readFile(new URL("../../testdata/test-avc-vfr.mp4", import.meta.url));
  const mistaken = await fetchAll("film.vtt", media);
  assertEquals(mistaken.error?.message, "film.vtt: Cannot find the signature WEBVTT at the start");
  const text = await fetchAll("film.mp4", ascii("WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"));
  assertEquals(text.error?.message, "film.mp4: Cannot find a moov box: this is not an MP4 file");
});
