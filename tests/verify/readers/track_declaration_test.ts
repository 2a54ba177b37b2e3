import { assertEquals } from "@std/assert";
import { openFile } from "../../../lib/storage/local/file.ts";
import { readSourceMoov } from "../../../lib/verify/readers/source_moov.ts";
import {
  normalizeName,
  readTrackDeclarations,
} from "../../../lib/verify/readers/track_declaration.ts";
import { hex } from "../../codecs/entry.ts";

async function readFile(file: string) {
  const source = openFile(`testdata/${file}`, file);
  try {
    return readTrackDeclarations(await readSourceMoov(source));
  } finally {
    source.close();
  }
}

Deno.test("readTrackDeclarations() reads which tracks are enabled, and their languages", async () => {
  const tracks = await readFile("multi-aac-secondenabled.mp4");
  assertEquals(
    tracks.map(({ id, isEnabled, handler, language }) => [id, isEnabled, handler, language]),
    [[1, false, "soun", "eng"], [2, true, "soun", "fra"]],
  );
});

Deno.test("readTrackDeclarations() reads elng, and names", async () => {
  const [track] = await readFile("tone-aac-brazil.mp4");
  const { language, extendedLanguage, names } = track!;
  assertEquals([language, extendedLanguage, names], ["por", "pt-BR", ["SoundHandler"]]);
});

Deno.test("readTrackDeclarations() multiplies the matrices of track and movie", async () => {
  const [rotated] = await readFile("test-avc-rotated.mp4");
  assertEquals(rotated!.matrix.slice(0, 4), [0, 1, -1, 0]);
  const [mirrored] = await readFile("test-avc-mirrored.mp4");
  assertEquals(mirrored!.matrix.slice(0, 4).map((value) => value + 0), [0, 1, 1, 0]);
});

Deno.test("readTrackDeclarations() ignores tracks without a header, and truncated ones", () => {
  assertEquals(readTrackDeclarations(hex("00000008 7472616b")), []);
  const version1 = box("trak", box("tkhd", "01000001" + "00".repeat(88)));
  assertEquals(readTrackDeclarations(hex(version1)), []);
});

/** Writes a box. */
function box(type: string, body: string): string {
  const name = [...type].map((letter) => letter.charCodeAt(0).toString(16)).join("");
  return (8 + hex(body).length).toString(16).padStart(8, "0") + name + body;
}

const text = (value: string) =>
  [...new TextEncoder().encode(value)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

Deno.test("readTrackDeclarations() reads user data, and names of QuickTime", () => {
  const tkhd = box("tkhd", "00000001" + "00".repeat(8) + "00000007" + "00".repeat(68));
  const hdlr = box("hdlr", "00".repeat(8) + text("soun") + "00".repeat(12) + "05" + text("Audio"));
  const mdhd = box("mdhd", "00".repeat(20) + "0003" + "0000"); // Italian in Macintosh codes
  const udta = box("name", text("Director's  cut")) +
    box("kind", "00000000" + text("urn:a") + "00" + text("dub") + "00") +
    box("tagc", text("public.easy-to-read"));
  const trak = box("trak", tkhd + box("mdia", mdhd + hdlr) + box("udta", udta));
  const [track] = readTrackDeclarations(hex(trak));
  const { id, isEnabled, language, names, kinds, characteristics, matrix } = track!;
  assertEquals([id, isEnabled, language], [7, true, "ita"]);
  assertEquals(names, ["Director's cut", "Audio"]);
  assertEquals(kinds, [{ scheme: "urn:a", value: "dub" }]);
  assertEquals(characteristics, ["public.easy-to-read"]);
  assertEquals(matrix, [1, 0, 0, 1, 0, 0]); // zeros
});

Deno.test("normalizeName() joins white space", () => {
  assertEquals(normalizeName(" a\t\n b\0"), "a b");
});
