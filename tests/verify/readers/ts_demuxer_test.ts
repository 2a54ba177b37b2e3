import { assertEquals } from "@std/assert";
import { TsDemuxer } from "../../../lib/verify/readers/ts_demuxer.ts";
import { recordFindings } from "../recorded_findings.ts";
import { tsPacket } from "../ts_bytes.ts";

/** Tables with one stream of AVC, PID 0x100, as FFmpeg writes them. */
const PAT = "47 4000 10  00  00 b00d 0001 c1 00 00  0001 f000  2ab104b2";
const PMT = "47 5000 10  00  02 b012 0001 c1 00 00  e100 f000  1b e100 f000  15bd4d56";

/** PES packets with a PTS of 1 and 2. The first has a PCR of 0, and fills two transport packets. */
const VIDEO: [string, string, string] = [
  "47 4100 30 07 50 00000000 7e00  000001 e0 0000 84 80 05 21 0001 0003  aa",
  "47 0100 31 b5 00", // 2 bytes of payload
  "47 4100 32 00  000001 e0 0000 80 80 05 21 0001 0005  bb",
];

Deno.test("TsDemuxer reads the PES packets of each stream, and the PCRs", () => {
  const { report, findings } = recordFindings();
  const segment = new TsDemuxer().read(tsPacket(PAT, PMT, ...VIDEO), report)!;
  const stream = { pid: 0x100, streamType: 0x1B, descriptors: new Uint8Array() };
  assertEquals(segment.map, { pcrPid: 0x100, streams: [stream] });
  assertEquals(segment.pcrs, [{ time: 0, packetIndex: 2 }]);
  assertEquals(
    segment.streams[0]!.map(({ pts, pcr, randomAccess, packetIndex, data }) => {
      return [pts, pcr, randomAccess, packetIndex, data.length];
    }),
    [[1, 0, true, 2, 176 - 14 + 2], [2, undefined, false, 4, 183 - 14]],
  );
  assertEquals(findings, []);
});

const [FIRST, SECOND, THIRD] = VIDEO;
/** PCR_PID 0x1FFF: there is no PCR. */
const PMT_WITHOUT_PCR = PMT.replace("e100", "ffff").replace("15bd4d56", "c15b41e0");
const COUNTER = "continuity counter: got 2, expected 1 in packet 4, of PID 256";

const invalid: [what: string, packets: string[], findings: string[]][] = [
  ["a lost packet", [PAT, PMT, FIRST, THIRD], [COUNTER]],
  ["a PCR of another PID", [PAT, PMT_WITHOUT_PCR, FIRST], ["PCR: packet 3, of PID 256 has one"]],
  ["no tables", [FIRST], [
    "packets: packet 1 is of PID 256, which is not in the tables",
    "tables: the program map is missing",
  ]],
  ["a damaged PAT", [PAT.replace("f000", "f001")], [
    "tables: cannot be read: Cannot read table_id 0: its CRC is wrong",
    "tables: the program map is missing",
  ]],
  ["a damaged packet", [PAT, PMT, "46 0100 10"], [
    "packets: cannot be read: Cannot find the sync byte, got 70",
  ]],
  ["the end of a PES packet", [PAT, PMT, SECOND], [
    "packets: PID 256 continues a PES packet of the previous segment",
  ]],
  ["a damaged PES packet", [PAT, PMT, THIRD.replace("80 80", "90 80")], [
    "PES: cannot be read: Cannot read a scrambled PES packet",
  ]],
];

for (const [what, packets, expected] of invalid) {
  Deno.test(`TsDemuxer reports ${what}`, () => {
    const { report, findings } = recordFindings();
    new TsDemuxer().read(tsPacket(...packets), report);
    assertEquals(findings, expected);
  });
}

Deno.test("TsDemuxer continues to count the packets with a payload", () => {
  const { report, findings } = recordFindings();
  const demuxer = new TsDemuxer();
  const counters = ["1e", "1f", "2f b7 00", "10", "12"]; // 15 again without a payload; 1 is missing
  for (const counter of counters) {
    demuxer.read(tsPacket(PAT.replace("10", counter)), report);
  }
  assertEquals(findings.filter((finding) => !finding.startsWith("tables")), [
    "continuity counter: got 2, expected 1 in packet 1, of PID 0",
  ]);
});

Deno.test("TsDemuxer reports the bytes of an incomplete packet", () => {
  const { report, findings } = recordFindings();
  new TsDemuxer().read(tsPacket(PAT, PMT, FIRST).subarray(0, -1), report);
  assertEquals(findings, ["packets: 563 bytes are not a multiple of 188"]);
});
