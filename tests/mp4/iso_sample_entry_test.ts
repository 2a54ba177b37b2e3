import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { buildIsoAudioEntry, renameSampleEntry } from "../../lib/mp4/iso_sample_entry.ts";
import { readStsd, type SampleEntry } from "../../lib/mp4/sample_entry.ts";
import { box, stsd, u16, u32, visualEntry } from "./movie_file.ts";

function read(entry: Uint8Array, handler: string): SampleEntry {
  return readStsd(new ByteReader(stsd(entry).subarray(8)), handler)[0]!;
}

/** QuickTime entry of version 1 with `esds` in its `wave`. */
const QUICKTIME = read(
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
    const entry = read(
      buildIsoAudioEntry(QUICKTIME, { type: "mp4a", channels: 6, sampleRate }),
      "soun",
    );
    assertEquals([entry.type, entry.quickTimeAudioVersion], ["mp4a", 0]);
    assertEquals([entry.channels, entry.sampleRate], [6, field]);
    assertEquals([...entry.boxes], [["esds", u32(7)]]);
  });
}

Deno.test("buildIsoAudioEntry() appends a configurationBox box", () => {
  const configurationBox = box("dOps", u32(1));
  const values = { type: "Opus", channels: 2, sampleRate: 48000, configurationBox };
  const entry = read(buildIsoAudioEntry(QUICKTIME, values), "soun");
  assertEquals([entry.type, [...entry.boxes.keys()]], ["Opus", ["esds", "dOps"]]);
});

Deno.test("renameSampleEntry() changes the type only, in a copy", () => {
  const entry = read(visualEntry("hev1", box("hvcC", u32(1))), "vide");
  assertEquals(renameSampleEntry(entry, "hvc1"), visualEntry("hvc1", box("hvcC", u32(1))));
  assertEquals(entry.bytes, visualEntry("hev1", box("hvcC", u32(1))));
});
