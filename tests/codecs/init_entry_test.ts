import { assertEquals, assertThrows } from "@std/assert";
import { buildInitEntry } from "../../lib/codecs/init_entry.ts";
import { MediaError } from "../../lib/errors.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { openTestdata } from "../sample_presentations.ts";

/** The first rendition of a type, with its sample entry. */
async function openRendition(file: string, type: string) {
  const presentation = await openTestdata([file]);
  presentation.close();
  const renditions = [...presentation.renditions.values()] as MediaRendition[];
  const rendition = renditions.find((rendition) => rendition.type === type)!;
  return { rendition, entry: rendition.track.entries[0]! };
}

const types: [file: string, type: string, own: string, written: string][] = [
  ["test-avc-baseline.mp4", "video", "avc1", "avc1"],
  ["test-hevc-hev1.mp4", "video", "hev1", "hvc1"],
  ["test-hevc-hev1empty.mp4", "video", "hev1", "hev1"],
  ["test-hevc-dolbyvision5.mp4", "video", "hvc1", "dvh1"],
  ["pair-avc-quicktime.mov", "audio", "mp4a", "mp4a"],
];

for (const [file, type, own, written] of types) {
  Deno.test(`buildInitEntry() writes ${written} for ${own} of ${file}`, async () => {
    const { rendition, entry } = await openRendition(file, type);
    const bytes = buildInitEntry(rendition, entry);
    assertEquals(entry.type, own);
    assertEquals(new TextDecoder().decode(bytes.subarray(4, 8)), written);
    assertEquals(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0), bytes.length);
  });
}

Deno.test("buildInitEntry() writes audio of QuickTime with the fields of ISO files", async () => {
  const { rendition, entry } = await openRendition("pair-avc-quicktime.mov", "audio");
  const text = new TextDecoder("latin1").decode(buildInitEntry(rendition, entry));
  assertEquals([text.includes("wave"), text.includes("esds")], [false, true]);
  assertEquals(text.slice(16, 18), "\0\0"); // version
});

Deno.test("buildInitEntry() throws if a configuration is broken", async () => {
  const { rendition, entry } = await openRendition("tone-aac-mono.m4a", "audio");
  const broken = { ...entry, boxes: new Map([["esds", new Uint8Array(4)]]) };
  assertThrows(() => buildInitEntry(rendition, broken), MediaError);
});
