import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter } from "../../lib/bytes.ts";
import { buildInitEntry } from "../../lib/codecs/init_entry.ts";
import type { VideoDescription } from "../../lib/codecs/codec.ts";
import { MediaError } from "../../lib/errors.ts";
import { readStsd, type SampleEntry, stsd, withChildBox } from "../../lib/mp4/sample_entry.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { openTestdata } from "../sample_presentations.ts";
import { hex } from "./entry.ts";

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

const PASPS: [pasp: string, pixelAspect: readonly [number, number], written: string[]][] = [
  ["0000000400000003", [4, 3], ["0000000400000003"]],
  ["0000000400000004", [1, 1], ["0000000400000004"]],
  ["0000000000000000", [1, 1], []],
  ["0000000000000000", [4, 3], ["0000000400000003"]],
  ["ffffffff00000001", [1, 1], []],
];

for (const [pasp, pixelAspect, written] of PASPS) {
  Deno.test(`buildInitEntry() writes pasp ${written} for ${pasp} and pixels of ${pixelAspect.join(":")}`, async () => {
    const { rendition, entry } = await openRendition("test-avc-baseline.mp4", "video");
    const own = readBack(withChildBox(entry, "pasp", hex(pasp)).bytes);
    const description = { ...rendition.description, pixelAspect } as VideoDescription;
    const { boxes } = readBack(buildInitEntry({ ...rendition, description }, own));
    const found = boxes.get("pasp");
    assertEquals(found ? [encodeHex(found)] : [], written);
    assertEquals(boxes.get("avcC"), own.boxes.get("avcC"));
  });
}

/** Reads a sample entry of video. */
function readBack(bytes: Uint8Array): SampleEntry {
  const w = new ByteWriter(bytes.length + 16);
  stsd(w, [bytes]);
  return readStsd(new ByteReader(w.finish().subarray(8)), "vide")[0]!;
}

function encodeHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const COLRS: [colr: string, written: string][] = [
  ["6e636c78000900100009", "6e636c7800090010000900"],
  ["6e636c7800090010000980", "6e636c7800090010000980"],
  ["6e636c63000900100009", "6e636c63000900100009"],
];

for (const [colr, written] of COLRS) {
  Deno.test(`buildInitEntry() writes colr ${written} for ${colr}`, async () => {
    const { rendition, entry } = await openRendition("test-avc-baseline.mp4", "video");
    const own = readBack(withChildBox(entry, "colr", hex(colr)).bytes);
    assertEquals(readBack(buildInitEntry(rendition, own)).boxes.get("colr")?.toHex(), written);
  });
}
