import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { digestFile } from "../../lib/presentation/file_digest.ts";
import { digestContent } from "../../lib/storage/content_digest.ts";
import { readTestdata } from "../test_files.ts";
import { memorySource } from "../mp4/movie_file.ts";

const NAME = "pair-avc-aac.mp4";

function digest(bytes: Uint8Array, synchronous = true): Promise<string> {
  return digestFile(NAME, { ...memorySource(bytes, NAME).source, synchronous });
}

Deno.test("digestFile() is the same for the same bytes, however they are read", async () => {
  const bytes = readTestdata(NAME);
  const first = await digest(bytes);
  assertMatch(first, /^sha256:[0-9a-f]{64}$/);
  assertEquals(await digest(bytes.slice(), false), first);
});

Deno.test("digestFile() changes with the size, the tables and the first sample", async () => {
  const bytes = readTestdata(NAME);
  const first = await digest(bytes);
  const text = new TextDecoder("latin1").decode(bytes);
  const longer = new Uint8Array(bytes.length + 8);
  longer.set(bytes);
  longer.set([0, 0, 0, 8, 102, 114, 101, 101], bytes.length); // free
  assertNotEquals(await digest(longer), first);
  for (const at of [text.indexOf("mdat") + 4, text.indexOf("stsz") + 19]) {
    const changed = bytes.slice();
    changed[at]! ^= 1;
    assertNotEquals(await digest(changed), first);
  }
});

Deno.test("digestFile() digests a track whose samples are not in the file", async () => {
  const bytes = readTestdata(NAME);
  const text = new TextDecoder("latin1").decode(bytes);
  bytes[text.lastIndexOf("stco") + 12] = 127; // the first chunk of the second track
  assertNotEquals(await digest(bytes), await digest(readTestdata(NAME)));
});

Deno.test("digestFile() digests all of subtitles", async () => {
  const { source } = memorySource(readTestdata("ladder-vtt-fra.vtt"));
  assertEquals(await digestFile("a.vtt", source), await digestContent(source));
});
