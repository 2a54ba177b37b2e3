import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import {
  buildIsoAudioEntry,
  buildIsoVisualEntry,
  buildVisualEntry,
  readStsd,
  type SampleEntry,
  withChildBox,
} from "../../lib/mp4/sample_entry.ts";
import {
  ascii,
  box,
  concat,
  fullBox,
  type Part,
  stsd,
  u16,
  u32,
  visualEntry,
} from "./movie_file.ts";

/** Reads a stsd with one entry. */
function read(bytes: Uint8Array, handler: string): SampleEntry {
  const entries = readStsd(new ByteReader(bytes.subarray(8)), handler);
  assertEquals(entries.length, 1);
  return entries[0]!;
}

const keys = ({ boxes }: SampleEntry) => [...boxes.keys()];

/** Builds an AudioSampleEntry with two channels at 44100 Hz, the fields of its version and child boxes. */
function audioEntry(version: number, more: Part, ...boxes: Part[]): Uint8Array {
  const fields = [u16(version, 0, 0, 0), u16(2, 16, 0, 0), u32(44100 * 65536)];
  return box("mp4a", u16(0, 0, 0, 1), fields, more, boxes);
}

Deno.test("readStsd() returns the complete box of an entry and its child boxes", () => {
  const bytes = visualEntry("avc1", box("avcC", ascii("abc")), box("pasp", u32(4, 3)));
  const entry = read(stsd(bytes), "vide");
  assertEquals([entry.type, entry.width, entry.height], ["avc1", 320, 180]);
  assertEquals([entry.channels, entry.sampleRate, entry.quickTimeAudioVersion], [0, 0, 0]);
  assertEquals(entry.bytes, bytes);
  assertEquals(keys(entry), ["avcC", "pasp"]);
  assertEquals(entry.boxes.get("avcC"), ascii("abc"));
});

Deno.test("readStsd() rejects more entries than any recording has", () => {
  const entries = (count: number) => {
    const bytes = stsd(Array<Uint8Array>(count).fill(box("mp4a")));
    bytes.set(u32(count), 12);
    return readStsd(new ByteReader(bytes.subarray(8)), "soun");
  };
  assertEquals(entries(2 ** 14).length, 2 ** 14);
  const error = assertThrows(() => entries(2 ** 14 + 1), MediaError, "16385 sample entries");
  assertEquals(error.code, "MEDIA_UNSUPPORTED");
});

Deno.test("readStsd() retains at most 256 child boxes of an entry", () => {
  const types = Array.from({ length: 300 }, (_, i) => box(`b${i}`.padEnd(4, "_")));
  assertEquals(keys(read(stsd(visualEntry("avc1", types)), "vide")).length, 256);
});

Deno.test("readStsd() rounds sample rates, and returns 0 for one that is no rate", () => {
  const fixed = [u16(0, 0, 0, 0), u16(2, 16, 0, 0), u32(44100.5 * 65536)];
  assertEquals(read(stsd(box("mp4a", u16(0, 0, 0, 1), fixed)), "soun").sampleRate, 44101);
  const float = (rate: number) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, rate);
    return read(stsd(audioEntry(2, [u32(72), bytes, u32(6), new Uint8Array(20)])), "soun");
  };
  const rates = [47999.6, NaN, Infinity, -1, 2 ** 40].map((rate) => float(rate).sampleRate);
  assertEquals(rates, [48000, 0, 0, 0, 0]);
});

Deno.test("readStsd() returns several entries in order", () => {
  const bytes = stsd(visualEntry("avc1"), visualEntry("hvc1"));
  const entries = readStsd(new ByteReader(bytes.subarray(8)), "vide");
  assertEquals(entries.map(({ type }) => type), ["avc1", "hvc1"]);
});

Deno.test("readStsd() uses the first of two boxes with the same type", () => {
  const bytes = visualEntry("avc1", box("colr", ascii("one")), box("colr", ascii("two")));
  assertEquals(read(stsd(bytes), "vide").boxes.get("colr"), ascii("one"));
});

Deno.test("readStsd() reads an ISO audio entry", () => {
  const entry = read(stsd(audioEntry(0, [], box("esds", u32(1)))), "soun");
  assertEquals([entry.channels, entry.sampleRate, entry.quickTimeAudioVersion], [2, 44100, 0]);
  assertEquals(keys(entry), ["esds"]);
});

Deno.test("readStsd() reads an ISO audio entry of version 1 in a stsd of version 1", () => {
  const entry = audioEntry(1, [], fullBox("srat", 0, 0, u32(192000)), box("esds", u32(1)));
  const { sampleRate, quickTimeAudioVersion, boxes } = read(
    fullBox("stsd", 1, 0, u32(1), entry),
    "soun",
  );
  assertEquals([sampleRate, quickTimeAudioVersion, boxes.has("esds")], [192000, 0, true]);
});

Deno.test("readStsd() reads a QuickTime audio entry of version 1 and the boxes in its wave", () => {
  const wave = box("wave", [
    box("frma", ascii("mp4a")),
    box("mp4a", u32(0)),
    box("esds", u32(1)),
    box("\0\0\0\0"),
  ]);
  const entry = read(stsd(audioEntry(1, u32(1024, 0, 0, 2), box("chan", u32(0)), wave)), "soun");
  assertEquals([entry.channels, entry.sampleRate, entry.quickTimeAudioVersion], [2, 44100, 1]);
  assertEquals(keys(entry), ["chan", "wave", "frma", "mp4a", "esds"]);
});

Deno.test("readStsd() reads a QuickTime audio entry of version 2", () => {
  const rate = new Uint8Array(8);
  new DataView(rate.buffer).setFloat64(0, 96000);
  const more = [u32(76), rate, u32(6, 0x7f000000, 16, 0, 0, 1024), u32(0)]; // 4 bytes over the 72 known
  const entry = read(stsd(audioEntry(2, more, box("esds", u32(1)))), "soun");
  assertEquals([entry.channels, entry.sampleRate, entry.quickTimeAudioVersion], [6, 96000, 2]);
  assertEquals(keys(entry), ["esds"]);
});

const OTHERS: [type: string, handler: string, more: Part, boxes: string[]][] = [
  ["stpp", "subt", [ascii("urn:x\0\0\0"), box("btrt")], ["btrt"]],
  ["wvtt", "text", [box("vttC", ascii("WEBVTT")), box("vlab")], ["vttC", "vlab"]],
  ["tx3g", "sbtl", [new Uint8Array(30), box("ftab")], ["ftab"]],
  ["tx3g", "sbtl", u32(1), []],
  ["rtp ", "hint", ascii("no boxes at all"), []],
  ["????", "", [], []],
];

for (const [type, handler, more, boxes] of OTHERS) {
  Deno.test(`readStsd() reads ${type} of ${concat(more).length} bytes`, () => {
    const entry = read(stsd(box(type, u16(0, 0, 0, 1), more)), handler);
    assertEquals([entry.type, keys(entry)], [type, boxes]);
  });
}

Deno.test("readStsd() reads entries that are too short for their type", () => {
  for (const handler of ["vide", "soun", "text"]) {
    assertEquals(read(stsd(box("zzzz", u32(7))), handler).bytes.length, 12);
    assertEquals(read(stsd(box("zzzz", u32(0, 0, 0))), handler).width, 0);
  }
});

Deno.test("readStsd() ignores data in an entry that is not a box", () => {
  for (const invalid of [u32(3, 0, 0), u32(0x7fffffff, 0), u32(1, 0), [u32(1, 0, 2 ** 31, 0)]]) {
    const entry = read(stsd(visualEntry("zzzz", box("pasp", u32(1, 1)), invalid)), "vide");
    assertEquals(keys(entry), ["pasp"]);
  }
});

const INVALID: [what: string, bytes: Uint8Array, message: string][] = [
  [
    "a count of four billion",
    fullBox("stsd", 0, 0, u32(2 ** 32 - 1)),
    "Cannot read 4294967295 ent",
  ],
  [
    "an entry past the box",
    fullBox("stsd", 0, 0, u32(1, 90), ascii("avc1")),
    "avc1: Cannot read 82",
  ],
  [
    "an entry smaller than its header",
    fullBox("stsd", 0, 0, u32(1, 4), ascii("avc1")),
    "avc1: Cannot re",
  ],
  [
    "a count past the entries",
    fullBox("stsd", 0, 0, u32(2), box("avc1", u32(0, 0))),
    "Cannot read",
  ],
];

for (const [what, bytes, message] of INVALID) {
  Deno.test(`readStsd() rejects ${what}`, () => {
    const read = () => readStsd(new ByteReader(bytes.subarray(8)), "vide");
    assertThrows(read, MediaError, message);
  });
}

function readEntry(entry: Uint8Array, handler: string): SampleEntry {
  return read(stsd(entry), handler);
}

/** QuickTime entry of version 1 with `esds` in its `wave`. */
const QUICKTIME = readEntry(
  box(
    "mp4a",
    [u16(0, 0, 0, 1), u16(1, 0, 0, 0), u16(2, 16, 0, 0), u32(44100 * 65536), u32(1024, 0, 0, 2)],
    box("wave", box("frma", u32(0)), box("esds", u32(7))),
  ),
  "soun",
);

const RATES: [sampleRate: number, field: number][] = [[48000, 48000], [96000, 0]];

for (const [sampleRate, field] of RATES) {
  Deno.test(`buildIsoAudioEntry() converts a QuickTime entry of ${sampleRate} Hz`, () => {
    const entry = readEntry(
      buildIsoAudioEntry(QUICKTIME, { type: "mp4a", channels: 6, sampleRate }),
      "soun",
    );
    assertEquals([entry.type, entry.quickTimeAudioVersion], ["mp4a", 0]);
    assertEquals([entry.channels, entry.sampleRate], [6, field]);
    assertEquals([...entry.boxes], [["esds", u32(7)]]);
  });
}

Deno.test("withChildBox() replaces a child box, or appends it", () => {
  const entry = readEntry(visualEntry("avc1", box("avcC", u32(1)), box("pasp", u32(2, 3))), "vide");
  const replaced = withChildBox(entry, "avcC", u32(4, 5));
  assertEquals(replaced.bytes, visualEntry("avc1", box("avcC", u32(4, 5)), box("pasp", u32(2, 3))));
  assertEquals(readEntry(replaced.bytes, "vide").boxes, replaced.boxes);
  const both = withChildBox(replaced, "pasp", u32(9));
  assertEquals(both.bytes, visualEntry("avc1", box("avcC", u32(4, 5)), box("pasp", u32(9))));
  const appended = withChildBox(entry, "colr", u32(6));
  const boxes = [box("avcC", u32(1)), box("pasp", u32(2, 3)), box("colr", u32(6))];
  assertEquals(appended.bytes, visualEntry("avc1", ...boxes));
  assertEquals(readEntry(appended.bytes, "vide").boxes, appended.boxes);
});

Deno.test("buildIsoAudioEntry() writes a configuration that withChildBox() replaced in a wave", () => {
  const changed = withChildBox(QUICKTIME, "esds", u32(8, 9));
  const values = { type: "mp4a", channels: 2, sampleRate: 48000 };
  const entry = readEntry(buildIsoAudioEntry(changed, values), "soun");
  assertEquals([...entry.boxes], [["esds", u32(8, 9)]]);
});

Deno.test("buildIsoVisualEntry() changes the type, in a copy", () => {
  const entry = readEntry(visualEntry("hev1", box("hvcC", u32(1))), "vide");
  const built = buildIsoVisualEntry(entry, { type: "hvc1", pixelAspect: [1, 1] });
  assertEquals(built, visualEntry("hvc1", box("hvcC", u32(1))));
  assertEquals(entry.bytes, visualEntry("hev1", box("hvcC", u32(1))));
});

Deno.test("buildIsoVisualEntry() leaves out vendor and qualities of QuickTime", () => {
  const quickTime = visualEntry("avc1", box("avcC", u32(7)));
  quickTime.set([...u16(1, 2), ...ascii("appl"), ...u32(512, 768)], 16);
  const entry = readEntry(quickTime, "vide");
  const built = buildIsoVisualEntry(entry, { type: "avc1", pixelAspect: [1, 1] });
  assertEquals(built, visualEntry("avc1", box("avcC", u32(7))));
});

Deno.test("buildIsoVisualEntry() adds a pixel aspect ratio to entries without one", () => {
  const [avcC, pasp] = [box("avcC", u32(7)), box("pasp", u32(64, 45))];
  const build = (entry: Uint8Array) =>
    buildIsoVisualEntry(readEntry(entry, "vide"), { type: "avc1", pixelAspect: [64, 45] });
  assertEquals(build(visualEntry("avc1", avcC)), visualEntry("avc1", pasp, avcC));
  assertEquals(build(visualEntry("avc1", avcC, pasp)), visualEntry("avc1", avcC, pasp));
});

Deno.test("buildIsoVisualEntry() drops the pixel aspect ratio of the file, and all from an invalid size on", () => {
  const [avcC, pasp, colr] = [box("avcC", u32(7)), box("pasp", u32(64, 45)), box("colr")];
  const build = (...boxes: Part[]) => {
    const entry = readEntry(visualEntry("avc1", ...boxes), "vide");
    return buildIsoVisualEntry(entry, { type: "avc1", pixelAspect: [1, 1], keepsPasp: false });
  };
  assertEquals(build(pasp, avcC, pasp, colr), visualEntry("avc1", avcC, colr));
  for (const size of [7, 9]) {
    assertEquals(build(avcC, u32(size), ascii("colr")), visualEntry("avc1", avcC));
  }
});

Deno.test("buildVisualEntry() writes what readStsd() reads", () => {
  const configuration = { type: "avcC", body: u32(7) };
  const bytes = buildVisualEntry({ type: "avc3", width: 640, height: 360, configuration });
  const { type, width, height, boxes } = read(stsd(bytes), "vide");
  assertEquals([type, width, height, [...boxes]], ["avc3", 640, 360, [["avcC", u32(7)]]]);
});
