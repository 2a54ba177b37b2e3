/** Codecs of files in other containers, as far as needed to tell whether MP4 can contain their samples unchanged. */

import { Buffer } from "node:buffer";
import { ByteReader } from "../bytes.ts";

/** Whether video and audio can be copied into MP4; undefined if there is none. */
export interface ForeignContent {
  readonly video?: boolean | undefined;
  readonly audio?: boolean | undefined;
  /** True if the file may lack either. */
  readonly isGuess?: boolean;
}

interface ForeignStream {
  readonly type: "video" | "audio";
  readonly copy: boolean;
}

/** Returns up to `length` bytes from the start, each as the character of its value. */
export function toBinaryText(bytes: Uint8Array, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(length, bytes.length))
    .toString("latin1");
}

/** Combines streams: one that cannot be copied decides. */
function combine(streams: readonly ForeignStream[]): ForeignContent {
  const all = (type: "video" | "audio") => {
    const ofType = streams.filter((stream) => stream.type === type);
    return ofType.length > 0 ? ofType.every(({ copy }) => copy) : undefined;
  };
  return { video: all("video"), audio: all("audio") };
}

const COPIED_FROM_MATROSKA =
  /^(?:V_MPEG4\/ISO\/AVC|V_MPEGH\/ISO\/HEVC|V_AV1|V_VP9|A_AAC.*|A_E?AC3|A_OPUS|A_MPEG\/L3)$/;

/** Finds CodecID elements (RFC 9559 §5.1.4.1.21): ID 0x86, a size of one byte, and the name. */
export function probeMatroska(bytes: Uint8Array): ForeignContent {
  const text = toBinaryText(bytes, bytes.length);
  return combine(
    Array.from(text.matchAll(/\x86([\x83-\xA0])(?=[VA]_[A-Z])/g), ({ 1: size, index }) => {
      const name = text.slice(index + 2, index + 2 + (size!.charCodeAt(0) & 127));
      const type = name.startsWith("V") ? "video" : "audio";
      return { type, copy: COPIED_FROM_MATROSKA.test(name) };
    }),
  );
}

/** CodecID of VideoTagHeader and SoundFormat of AudioTagHeader (Adobe FLV 10.1 §E.4) that MP4 can contain. */
const FLV_VIDEO = 9;
const FLV_AUDIO = 8;
const FLV_AVC = 7;
const FLV_COPIED_AUDIO = [2, 10, 14];

export function probeFlv(bytes: Uint8Array): ForeignContent {
  const streams = new Map<number, ForeignStream>();
  for (let at = 13; at + 12 <= bytes.length;) {
    const type = bytes[at]! & 31;
    const codec = bytes[at + 11]!;
    if (type === FLV_VIDEO) streams.set(type, { type: "video", copy: (codec & 15) === FLV_AVC });
    if (type === FLV_AUDIO) {
      streams.set(type, { type: "audio", copy: FLV_COPIED_AUDIO.includes(codec >> 4) });
    }
    at += 11 + bytes[at + 1]! * 65536 + bytes[at + 2]! * 256 + bytes[at + 3]! + 4;
  }
  return combine([...streams.values()]);
}

const TS_PACKET_SIZE = 188;
const PAT_PID = 0;

/** stream_type (13818-1 table 2-34); those of video and audio that MP4 can contain, and others of each. */
const TS_COPIED = new Map<number, "video" | "audio">([
  ...[[0x1B, "video"], [0x24, "video"]] as const,
  ...[[0x0F, "audio"], [0x81, "audio"], [0x87, "audio"]] as const,
]);
const TS_OTHERS = new Map<number, "video" | "audio">([
  ...[[1, "video"], [2, "video"], [0x10, "video"], [0x42, "video"], [0xEA, "video"]] as const,
  ...[[3, "audio"], [4, "audio"], [0x11, "audio"], [0x82, "audio"]] as const,
]);
const TS_PRIVATE = 6;
/** Descriptors of AC-3 and E-AC-3 (EN 300 468). */
const TS_AC3_DESCRIPTORS = [0x6A, 0x7A];

/** @param start offset of the first packet, at which `stride` bytes are between packets */
export function probeTs(bytes: Uint8Array, start: number, stride: number): ForeignContent {
  let pmtPid: number | undefined;
  for (let at = start; at + TS_PACKET_SIZE <= bytes.length; at += stride) {
    const packet = bytes.subarray(at, at + TS_PACKET_SIZE);
    const pid = (packet[1]! & 31) * 256 + packet[2]!;
    const section = (packet[1]! & 0x40) && (pid === PAT_PID || pid === pmtPid)
      ? readSection(packet)
      : undefined;
    if (!section) continue;
    if (pid === pmtPid) return combine(readStreams(section));
    pmtPid = findPmtPid(section);
  }
  return {};
}

/** Returns the bytes after section_length, without CRC; undefined if it spans packets. */
function readSection(packet: Uint8Array): ByteReader | undefined {
  const adaptation = packet[3]! & 0x20 ? 1 + packet[4]! : 0;
  const pointer = 4 + adaptation;
  const at = pointer + 1 + packet[pointer]!;
  if (at + 3 > packet.length) return undefined;
  const length = (packet[at + 1]! & 15) * 256 + packet[at + 2]!;
  const end = at + 3 + length - 4;
  return end <= packet.length && end > at + 3
    ? new ByteReader(packet.subarray(at + 3, end))
    : undefined;
}

function findPmtPid(r: ByteReader): number | undefined {
  if (r.left < 5) return undefined;
  r.skip(5);
  while (r.left >= 4) {
    const program = r.u16();
    const pid = r.u16() & 0x1FFF;
    if (program !== 0) return pid;
  }
  return undefined;
}

function readStreams(r: ByteReader): ForeignStream[] {
  const streams: ForeignStream[] = [];
  if (r.left < 9) return streams;
  r.skip(7);
  r.skip(Math.min(r.u16() & 0xFFF, r.left));
  while (r.left >= 5) {
    const streamType = r.u8();
    r.skip(2);
    const descriptors = r.take(Math.min(r.u16() & 0xFFF, r.left)).bytes;
    const isAc3 = streamType === TS_PRIVATE && TS_AC3_DESCRIPTORS.includes(descriptors[0] ?? 0);
    const copied = isAc3 ? "audio" : TS_COPIED.get(streamType);
    const other = TS_OTHERS.get(streamType);
    if (copied) streams.push({ type: copied, copy: true });
    else if (other) streams.push({ type: other, copy: false });
  }
  return streams;
}

/** Finds the identification headers of the codecs in the first pages. */
export function probeOgg(bytes: Uint8Array): ForeignContent {
  const text = toBinaryText(bytes, 4096);
  return {
    video: text.includes("\x80theora") ? false : undefined,
    audio: text.includes("OpusHead") ? true : /vorbis|Speex|fLaC/.test(text) ? false : undefined,
  };
}
