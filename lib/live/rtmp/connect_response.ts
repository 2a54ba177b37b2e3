/** The response to `connect` (RTMP 1.0 §7.2.1.1; Enhanced RTMP v2, Enhancing NetConnection connect Command). */

import type { AmfObject, AmfValue } from "./amf0.ts";
import { command, getCommandObject, type RtmpCommand } from "./rtmp_commands.ts";
import type { RtmpMessage } from "./rtmp_message.ts";

/** FourCCs that this server takes. */
const VIDEO_FOUR_CCS = ["avc1", "hvc1", "av01", "vp09"];
const AUDIO_FOUR_CCS = ["mp4a", "Opus", "ac-3", "ec-3", "fLaC", ".mp3"];

/** FourCcInfoMask: codecs are passed on as they are. */
const CAN_FORWARD = 4;

/** CapsExMask. */
const MULTITRACK = 2;
const MOD_EX = 4;

/** What a client states that knows Enhanced RTMP. */
const ENHANCED = ["fourCcList", "videoFourCcInfoMap", "audioFourCcInfoMap", "capsEx"];

/** Names a version of Flash Media Server, by which some encoders decide what the server can do. */
const VERSION = "FMS/3,5,7,7009";
const CAPABILITIES = 31;

/** Builds `_result` of `connect`, with what Enhanced RTMP adds for clients that know it. */
export function connectResult(connect: RtmpCommand): RtmpMessage {
  const object = getCommandObject(connect);
  const enhanced = ENHANCED.some((name) => object.has(name)) ? getEnhancedCapabilities() : [];
  const properties = new Map<string, AmfValue>([
    ["fmsVer", VERSION],
    ["capabilities", CAPABILITIES],
    ...enhanced,
  ]);
  const information = new Map<string, AmfValue>([
    ["level", "status"],
    ["code", "NetConnection.Connect.Success"],
    ["description", "Connection succeeded."],
    ["objectEncoding", 0],
    ...enhanced,
  ]);
  return command(0, "_result", connect.transactionId, properties, information);
}

function getEnhancedCapabilities(): [string, AmfValue][] {
  return [
    ["fourCcList", [...VIDEO_FOUR_CCS, ...AUDIO_FOUR_CCS]],
    ["videoFourCcInfoMap", mapToForward(VIDEO_FOUR_CCS)],
    ["audioFourCcInfoMap", mapToForward(AUDIO_FOUR_CCS)],
    ["capsEx", MULTITRACK + MOD_EX],
  ];
}

function mapToForward(fourCcs: readonly string[]): AmfObject {
  return new Map(fourCcs.map((fourCc) => [fourCc, CAN_FORWARD]));
}
