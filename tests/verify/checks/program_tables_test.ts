import { assertEquals } from "@std/assert";
import { checkTables } from "../../../lib/verify/checks/program_tables.ts";
import type { SourceTrack } from "../../../lib/verify/expected/source_track.ts";
import { entry, esds, hex } from "../../codecs/entry.ts";
import { recordFindings } from "../recorded_findings.ts";

function find(
  type: string,
  boxes: Record<string, string>,
  { streamType, descriptors = "" }: { streamType: number; descriptors?: string },
): string[] {
  const { report, findings } = recordFindings();
  const track = { track: { entries: [entry(type, boxes)] }, rendition: { language: "fr" } };
  const streams = [{ pid: 256, streamType, descriptors: hex(descriptors) }];
  checkTables({ map: { pcrPid: 256, streams } }, [track as unknown as SourceTrack], report);
  return findings;
}

const right: [
  type: string,
  boxes: Record<string, string>,
  streamType: number,
  descriptors?: string,
][] = [
  ["avc1", { avcC: "" }, 0x1B],
  ["hvc1", { hvcC: "" }, 0x24],
  ["mp4a", { esds: esds("40", "1190") }, 0x0F],
  ["mp4a", { esds: esds("6b") }, 0x03],
  [".mp3", {}, 0x03],
  [".mp3", {}, 0x03, "0a 04 667261 00"],
];

for (const [type, boxes, streamType, descriptors = ""] of right) {
  Deno.test(`checkTables() accepts stream type ${streamType} of ${type} with '${descriptors}'`, () => {
    assertEquals(find(type, boxes, { streamType, descriptors }), []);
  });
}

const wrong: [what: string, streamType: number, descriptors: string, finding: string][] = [
  ["another stream type", 0x24, "", "tables: got stream types 36, expected 27"],
  [
    "another language",
    0x1B,
    "0a 04 656e67 00",
    "language: got eng in the program map, expected fr",
  ],
  ["a descriptor that the codec does not need", 0x1B, "05 04 48444d56", "tables: got descriptor 5"],
];

for (const [what, streamType, descriptors, finding] of wrong) {
  Deno.test(`checkTables() finds ${what}`, () => {
    assertEquals(find("avc1", { avcC: "" }, { streamType, descriptors }), [finding]);
  });
}
