import { assertEquals } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { readFiles, stripComments } from "../source_tree.ts";
import { type RoundTrip, TRIPS } from "./round_trips.ts";

/** Writes boxes and reads the body of the one at a path. */
function find<T>(path: string, write: RoundTrip["write"], read: (r: ByteReader) => T): T {
  const w = new ByteWriter(16);
  write(w);
  let [r, found] = [new ByteReader(w.finish()), 0];
  for (const type of path.split("/")) {
    found = 0;
    readBoxes(r, { [type]: (body) => (r = body, found++) });
    assertEquals(found, 1, `${type} of ${path}`);
  }
  return read(r);
}

for (const [i, { path, write, read, expected }] of TRIPS.entries()) {
  Deno.test(`${path} reads back what was written (${i + 1})`, () => {
    assertEquals(find(path, write, read), expected);
  });
}

/** Boxes and the file of lib/mp4 that matches: the last one of several. */
function findBoxes(files: ReadonlyMap<string, string>, pattern: RegExp): Map<string, string> {
  return new Map(
    [...files].flatMap(([path, text]) =>
      [...stripComments(text).matchAll(pattern)].map((match) =>
        [match[1]!.toLowerCase(), path] as const
      )
    ),
  );
}

Deno.test("lib/mp4 keeps the reader and the writer of a box in one file, and tests both", async () => {
  const files = await readFiles(/\.ts$/, "lib/mp4/");
  const written = findBoxes(files, /\b(?:fullBox|box)\("(\w{4})"/g);
  const read = new Map([
    ...findBoxes(files, /^ +(\w{4}): \(r\) => /gm),
    ...findBoxes(files, /\bfunction read([A-Z]\w{3})\(/g),
  ]);
  const both = [...written.keys()].filter((type) => read.has(type));
  assertEquals(both.filter((type) => read.get(type) !== written.get(type)), []);
  const tested = new Set(TRIPS.flatMap(({ path }) => path.split("/")));
  assertEquals(both.filter((type) => !tested.has(type)), []);
  assertEquals(both.length, 40);
});
