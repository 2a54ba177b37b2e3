import { assertEquals } from "@std/assert";
import type { AmfObject, AmfValue } from "../../../lib/live/rtmp/amf0.ts";
import { connectResult } from "../../../lib/live/rtmp/connect_response.ts";
import { readCommand } from "../../../lib/live/rtmp/rtmp_commands.ts";

function connect(...values: AmfValue[]) {
  const request = { name: "connect", transactionId: 1, streamId: 0, values };
  const { name, transactionId, values: [properties, information] } = readCommand(
    connectResult(request),
  );
  return { name, transactionId, objects: [properties, information] as AmfObject[] };
}

const LEGACY = [["fmsVer", "capabilities"], ["level", "code", "description", "objectEncoding"]];
const ENHANCED = ["fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx"];

const CASES: [name: string, object: AmfValue, isEnhanced: boolean][] = [
  ["no command object", null, false],
  ["ffmpeg 5", new Map([["app", "live"], ["flashVer", "FMLE/3.0"]]), false],
  ["a list of FourCCs", new Map([["fourCcList", ["hvc1"]]]), true],
  ["a wildcard", new Map([["videoFourCcInfoMap", new Map([["*", 4]])]]), true],
  ["Opus", new Map([["audioFourCcInfoMap", new Map([["Opus", 2]])]]), true],
  ["multitrack", new Map([["capsEx", 2]]), true],
];

for (const [name, object, isEnhanced] of CASES) {
  Deno.test(`connectResult() responds to ${name}`, () => {
    const response = connect(object);
    assertEquals([response.name, response.transactionId], ["_result", 1]);
    const keys = response.objects.map((it) => [...it.keys()]);
    assertEquals(keys, isEnhanced ? LEGACY.map((it) => [...it, ...ENHANCED]) : LEGACY);
    assertEquals(response.objects[1]!.get("code"), "NetConnection.Connect.Success");
    assertEquals(response.objects[1]!.get("objectEncoding"), 0);
  });
}

Deno.test("connectResult() states the codecs of Enhanced RTMP, Multitrack and ModEx", () => {
  const { objects: [properties, information] } = connect(new Map([["fourCcList", ["*"]]]));
  const list = "avc1 hvc1 av01 vp09 mp4a Opus ac-3 ec-3 fLaC .mp3".split(" ");
  const toMap = (fourCcs: string[]) => new Map(fourCcs.map((it) => [it, 4]));
  for (const object of [properties!, information!]) {
    assertEquals(ENHANCED.map((name) => object.get(name)), [
      list,
      toMap(list.slice(0, 4)),
      toMap(list.slice(4)),
      6,
    ]);
  }
});
