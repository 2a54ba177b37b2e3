import { assertEquals } from "@std/assert";
import type { SampleEntry } from "../../../lib/mp4/sample_entry.ts";
import type { MediaRendition } from "../../../lib/presentation/presentation.ts";
import { findEntryDifference } from "../../../lib/verify/checks/sample_entries.ts";
import { entry, hex } from "../../codecs/entry.ts";
import { ascii } from "../../mp4/movie_file.ts";

/** An entry whose bytes after the header differ if a field or a box does. */
function build(type: string, boxes: Record<string, string>, fields: Partial<SampleEntry>) {
  const text = `size${type}${" ".repeat(24)}${JSON.stringify([fields, boxes])}`;
  const bytes = ascii(text.padEnd(87));
  return { ...entry(type, boxes), ...fields, bytes };
}

function avc(type: string, { avcC = "01", width = 320, colr = { colr: "02" } } = {}): SampleEntry {
  return build(type, { avcC, ...colr }, { width });
}

function mp4a(fields: Partial<SampleEntry> = {}, boxes = { esds: "01" }): SampleEntry {
  return build(fields.type ?? "mp4a", boxes, { channels: 2, sampleRate: 48000, ...fields });
}

function withEsId(esId: string): SampleEntry {
  return { ...mp4a(), boxes: entry("mp4a", { esds: `00000000 03 8015 ${esId}` }).boxes };
}

const [AVC1, MP4A] = [avc("avc1"), mp4a()];
/** Its channel count and sample rate are not those of the rendition. */
const QUICKTIME = mp4a({ quickTimeAudioVersion: 1, channels: 1, sampleRate: 1 });
const FLAC = mp4a({ quickTimeAudioVersion: 1 }, {} as { esds: string });

function withByte(entry: SampleEntry, at: number): SampleEntry {
  return { ...entry, bytes: entry.bytes.with(at, 1) };
}

function withBox(entry: SampleEntry, type: string, body = ""): SampleEntry {
  return { ...entry, boxes: new Map([...entry.boxes, [type, hex(body)]]) };
}

type Case = [what: string, got: SampleEntry, expected: SampleEntry, difference?: string];

const video: Case[] = [
  ["equal entries", AVC1, AVC1],
  ["avc1 for avc3", AVC1, avc("avc3")],
  ["avc3 for avc1", avc("avc3"), AVC1, "its type is avc3, expected avc1"],
  ["another avcC", avc("avc1", { avcC: "00" }), AVC1, "its avcC differs from the file"],
  [
    "no colr",
    avc("avc1", { colr: {} as { colr: string } }),
    AVC1,
    "its colr differs from the file",
  ],
  ["another width", avc("avc1", { width: 640 }), AVC1, "its fields differ from the file"],
  ["another vendor", withByte(AVC1, 20), AVC1],
  ["another quality", withByte(AVC1, 31), AVC1],
  ["another first byte of the width", withByte(AVC1, 32), AVC1, "its fields differ from the file"],
  ["another last byte of the fields", withByte(AVC1, 85), AVC1, "its fields differ from the file"],
  ["another size of a box", withByte(AVC1, 86), AVC1],
  ["an added pasp", withBox(AVC1, "pasp"), AVC1],
  ["a pasp of 0:0 left out", AVC1, withBox(AVC1, "pasp", "0000000000000000")],
  [
    "a pasp of 4:3 left out",
    AVC1,
    withBox(AVC1, "pasp", "0000000400000003"),
    "its pasp differs from the file",
  ],
  ["an added clli", withBox(AVC1, "clli"), AVC1, "its clli is not in the file"],
];

const audio: Case[] = [
  ["equal entries", MP4A, MP4A],
  ["another channel count", mp4a({ channels: 6 }), MP4A, "its bytes differ from the file"],
  ["a converted entry", MP4A, QUICKTIME],
  ["an entry that is not converted", QUICKTIME, QUICKTIME, "it is an entry of QuickTime"],
  ["another type", mp4a({ type: "ac-3" }), QUICKTIME, "its type is ac-3"],
  ["another esds", mp4a({}, { esds: "00" }), QUICKTIME, "its esds differs from the file"],
  ["the ES_ID of the file", withEsId("0102"), withEsId("0102"), "its ES_ID is 258, expected 0"],
  ["ES_ID 0", withEsId("0000"), withEsId("0102")],
  ["no esds", mp4a({}, {} as { esds: string }), QUICKTIME, "its esds differs from the file"],
  ["one channel", mp4a({ channels: 1 }), QUICKTIME, "it has 1 channels, expected 2"],
  ["44.1 kHz", mp4a({ sampleRate: 44100 }), QUICKTIME, "it has 44100 Hz, expected 48000"],
];

/** A rate of more than 16 bits is not in the entry (14496-12 §12.2.3). */
const highRate: Case[] = [
  ["96 kHz as 0", mp4a({ sampleRate: 0 }), FLAC],
  ["96 kHz modulo 2^16", mp4a({ sampleRate: 30464 }), FLAC, "it has 30464 Hz, expected 0"],
];

for (
  const [type, sampleRate, cases] of [
    ["video", 0, video],
    ["audio", 48000, audio],
    ["audio", 96000, highRate],
  ] as const
) {
  const description = { type, channels: 2, sampleRate };
  const rendition = { type, codec: { entries: ["avc1", "mp4a"] }, description };
  for (const [what, got, expected, difference] of cases) {
    Deno.test(`findEntryDifference() of ${type}: ${what}`, () => {
      const of = rendition as unknown as MediaRendition;
      assertEquals(findEntryDifference(got, expected, of), difference);
    });
  }
}
