import { assertEquals } from "@std/assert";
import { readAnnouncedTracks } from "../../../lib/live/rtmp/flv_metadata.ts";
import { amf, type AmfValue } from "./amf_bytes.ts";

type Entries = readonly (readonly [string, AmfValue])[];
const metadata = (entries: Entries) => amf("onMetaData", new Map(entries));

const ANNOUNCED: [what: string, payload: Uint8Array, ids: number[] | undefined][] = [
  ["video and audio", metadata([["videocodecid", 7], ["audiocodecid", 10]]), [1, 2]],
  ["audio alone", metadata([["duration", 0], ["audiocodecid", 10]]), [2]],
  ["video, and 0 for audio", metadata([["videocodecid", 7], ["audiocodecid", 0]]), [1]],
  ["a name of a codec", metadata([["videocodecid", "avc1"]]), [1]],
  [
    "more tracks",
    metadata([
      ["videocodecid", 7],
      ["audiocodecid", 10],
      ["videoTrackIdInfoMap", new Map([["1", new Map()], ["2", new Map()], ["x", null]])],
      ["audioTrackIdInfoMap", new Map([["255", new Map()], ["256", new Map()]])],
    ]),
    [1, 2, 3, 5, 512],
  ],
  ["no track", metadata([["width", 320]]), undefined],
  ["something else", amf("onTextData", new Map([["videocodecid", 7]])), undefined],
  ["no object", amf("onMetaData", 7), undefined],
  ["broken AMF", metadata([["videocodecid", 7]]).slice(0, -12), undefined],
];

for (const [what, payload, ids] of ANNOUNCED) {
  Deno.test(`readAnnouncedTracks() reads ${what}`, () => {
    const found = readAnnouncedTracks(payload);
    assertEquals(found && [...found].sort((a, b) => a - b), ids);
  });
}
