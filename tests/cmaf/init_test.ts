import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { getOrientation } from "../../lib/mp4/matrix.ts";
import { readMoov } from "../../lib/mp4/moov.ts";
import type { Track } from "../../lib/mp4/movie.ts";
import { openTestdata } from "../sample_presentations.ts";
import { buildInit, buildStppInit, buildWvttInit } from "../../lib/cmaf/init.ts";
import { readEsds } from "../../lib/codecs/esds.ts";
import type { SampleEntry } from "../../lib/mp4/sample_entry.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { findBoxes } from "../decrypt_fragment.ts";
import { openProtected } from "../protected_presentations.ts";
import { listBoxes, openSubtitleFile } from "./box_list.ts";

/** The track of the init segment of a file's video, with the flags of its tkhd. */
async function readInit(file: string): Promise<{ track: Track; flags: number; brands: string }> {
  const presentation = await openTestdata([file]);
  presentation.close();
  const video = presentation.renditions.values().next().value;
  const init = buildInit(video as MediaRendition);
  const text = new TextDecoder("latin1").decode(init);
  const tracks: Track[] = [];
  const context = { size: 0, name: file, warnings: [] };
  readBoxes(new ByteReader(init), { moov: (r) => tracks.push(...readMoov(r, context).tracks) });
  const flags = init[text.indexOf("tkhd") + 7]!;
  return { track: tracks[0]!, flags, brands: text.slice(8, init[3]) };
}

Deno.test("buildInit() writes the product of the matrices of movie and track", async () => {
  const { track } = await readInit("test-avc-mirrored.mp4");
  assertEquals(getOrientation(track.matrix), { rotation: 270, mirrored: true });
  const { track: rotated } = await readInit("test-avc-rotated.mp4");
  assertEquals(getOrientation(rotated.matrix), { rotation: 90, mirrored: false });
});

Deno.test("buildInit() writes pasp and a display size for pixels that the track header stretches", async () => {
  const { track } = await readInit("test-avc-stretched.mp4");
  assertEquals([track.geometry!.width, track.geometry!.height], [240, 180]);
  assertEquals(track.entries[0]!.boxes.get("pasp"), Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 4));
});

Deno.test("buildInit() does not round the display size", async () => {
  const { track } = await readInit("test-avc-anamorphic.mp4"); // 180 pixels of 64:45
  assertAlmostEquals(track.geometry!.width, 180 * 64 / 45, 1 / 65536);
});

Deno.test("buildInit() writes the flags of video, and the brand of AV1", async () => {
  const [avc, av1] = await Promise.all(
    ["test-avc-baseline.mp4", "test-av1-main.mp4"].map(readInit),
  );
  assertEquals([avc!.flags, av1!.flags], [7, 7]);
  assertEquals([avc!.brands.endsWith("mp41"), av1!.brands.endsWith("mp41av01")], [true, true]);
});

Deno.test("buildWvttInit() writes a text track with the header of the file", async () => {
  const rendition = await openSubtitleFile(
    "a.vtt",
    new TextEncoder().encode(
      "WEBVTT x\n\nNOTE no\n\nSTYLE\n::cue {}\n\n00:00.000 --> 00:01.000\na",
    ),
  );
  const init = buildWvttInit(rendition);
  assertEquals(listBoxes(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr minf(nmhd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("text\0\0\0\0") && text.includes("vttCWEBVTT x\n\nSTYLE\n::cue {}"), text);
  assert(!text.includes("NOTE"), text);
});

Deno.test("buildStppInit() writes a subtitle track with the file's own sample entry", async () => {
  const { stpp } = await openSubtitleFile("stpp.mp4");
  const init = buildStppInit(stpp!, "pt-BR");
  assertEquals(listBoxes(init), [
    "ftyp",
    "moov(mvhd trak(tkhd mdia(mdhd hdlr elng minf(sthd dinf stbl))) mvex)",
  ]);
  const text = new TextDecoder("latin1").decode(init);
  assert(text.includes("subt\0\0\0\0") && text.includes("codecs=im1t"), text);
});

/** Object type and AudioSpecificConfig. */
const audio: [file: string, config: string][] = [
  ["tone-aac-mono.m4a", "120856e500"],
  ["tone-aac-mpeg2.mp4", "1208"],
  ["tone-heaac-explicit.mp4", "2b118800"],
  ["tone-heaac-compatible.mp4", "131056e598"],
  ["tone-heaac-implicit.mp4", "131056e598"],
  ["tone-heaacv2-compatible.mp4", "130856e59d4880"],
  ["tone-heaacv2-implicit.mp4", "130856e59d4880"],
];

for (const [file, config] of audio) {
  Deno.test(`buildInit() signals the audio of ${file} explicitly, as MPEG-4 AAC`, async () => {
    const presentation = await openTestdata([file]);
    presentation.close();
    const [rendition] = presentation.renditions.values();
    const init = new ByteReader(buildInit(rendition as MediaRendition));
    let entries: readonly SampleEntry[] = [];
    readBoxes(init, {
      moov: (r) =>
        entries = readMoov(r, { size: 0, name: "init", warnings: [] }).tracks[0]!.entries,
    });
    const { objectType, decoderSpecificInfo } = readEsds(entries[0]!);
    assertEquals([objectType, decoderSpecificInfo?.toHex()], [0x40, config]);
  });
}

for (const file of ["pair-avc-quicktime.mov", "tone-aac-mono.m4a", "tone-mp3-stereo.mp4"]) {
  Deno.test(`buildInit() writes ES_ID 0 for the audio of ${file}`, async () => {
    const presentation = await openTestdata([file]);
    presentation.close();
    const audio = [...presentation.renditions.values()].find(({ type }) => type === "audio");
    const init = buildInit(audio as MediaRendition).toHex();
    assertMatch(init, /657364730000000003(80)*[0-7].0000/); // esds, version and flags, tag, size, ES_ID
  });
}

const protectedEntries: [file: string, scheme: "cenc" | "cbcs", type: string, tenc: string][] = [
  // version and flags, reserved, pattern, isProtected, IV size, KID, constant IV
  ["ladder-avc-240p.mp4", "cenc", "encv", "00000000 00 00 01 08 KID"],
  ["ladder-avc-240p.mp4", "cbcs", "encv", "01000000 00 19 01 00 KID 10 IV"],
  ["ladder-aac-eng.mp4", "cenc", "enca", "00000000 00 00 01 08 KID"],
  ["ladder-aac-eng.mp4", "cbcs", "enca", "01000000 00 00 01 00 KID 10 IV"],
];

for (const [file, scheme, type, tenc] of protectedEntries) {
  Deno.test(`buildInit() declares ${scheme} in ${type}, and all KIDs`, async () => {
    const files = ["ladder-avc-240p.mp4", "ladder-aac-eng.mp4"];
    const presentation = await openProtected(files, { scheme, per: "type" });
    presentation.close();
    const rendition = [...presentation.renditions.values()][files.indexOf(file)] as MediaRendition;
    const { encryption } = rendition;
    const init = buildInit(rendition);
    const { encryption: _, ...clear } = rendition;
    const [stsd] = findBoxes(init, "moov/trak/mdia/minf/stbl/stsd");
    const [entry] = findBoxes(stsd!.subarray(8), type);
    const [clearStsd] = findBoxes(buildInit(clear), "moov/trak/mdia/minf/stbl/stsd");
    const clearEntry = clearStsd!.subarray(16);
    assertEquals(entry!.subarray(0, clearEntry.length), clearEntry, "fields and boxes as they are");
    const boxes = entry!.subarray(clearEntry.length);
    const format = file.includes("aac") ? "mp4a" : "avc1";
    assertEquals(findBoxes(boxes, "sinf/frma"), [new TextEncoder().encode(format)]);
    assertEquals(findBoxes(boxes, "sinf/schm")[0]!.toHex(), `00000000${toHex(scheme)}00010000`);
    const kid = encryption!.key.kid.replaceAll("-", "");
    const iv = encryption?.scheme === "cbcs" ? encryption.iv.toHex() : "";
    assertEquals(
      findBoxes(boxes, "sinf/schi/tenc")[0]!.toHex(),
      tenc.replaceAll(" ", "").replace("KID", kid).replace("IV", iv),
    );
    const kids = [...presentation.protection!.keys.keys()].map((it) => it.replaceAll("-", ""));
    assertEquals([kids.length, [...kids].sort()], [2, kids]);
    const systemId = "1077efecc0b24d02ace33c1e52e2fb4b";
    assertEquals(
      findBoxes(init, "moov/pssh").map((it) => it.toHex()),
      [`01000000${systemId}00000002${kids.join("")}00000000`],
    );
    assertEquals(toHex("pssh"), init.subarray(-64, -60).toHex(), "pssh is the last box");
  });
}

Deno.test("buildInit() protects every sample entry of a track, and none with aes-128", async () => {
  const open = async (scheme: "cenc" | "aes-128") => {
    const presentation = await openProtected(["test-avc-twoentries.mp4"], { scheme });
    presentation.close();
    return [...presentation.renditions.values()][0] as MediaRendition;
  };
  const [stsd] = findBoxes(buildInit(await open("cenc")), "moov/trak/mdia/minf/stbl/stsd");
  assertEquals(findBoxes(stsd!.subarray(8), "encv").length, 2);
  const { encryption: _, ...clear } = await open("aes-128");
  assertEquals(buildInit(await open("aes-128")), buildInit(clear));
});

function toHex(text: string): string {
  return new TextEncoder().encode(text).toHex();
}
