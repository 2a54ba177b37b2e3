/** Sequence headers of video, which are the configuration records of ISO BMFF. */

import { findCodec } from "../../codecs/mod.ts";
import { type FrameSize, readVp9KeyFrameSize } from "../../codecs/vp9_frame_header.ts";
import { MediaError } from "../../errors.ts";
import { buildVisualEntry } from "../../mp4/sample_entry.ts";
import { parseEntry, type TrackConfiguration } from "./track_configuration.ts";

/** Times of messages are in milliseconds. */
const VIDEO_TIMESCALE = 1000;

/** By FourCC. `avc3` and `hev1` allow parameter sets in samples, too. */
const BOXES: Readonly<Record<string, { readonly entry: string; readonly box: string }>> = {
  avc1: { entry: "avc3", box: "avcC" },
  hvc1: { entry: "hev1", box: "hvcC" },
  av01: { entry: "av01", box: "av1C" },
  vp09: { entry: "vp09", box: "vpcC" },
};

/**
 * Describes a track of video.
 *
 * @param codec FourCC
 * @param keyFrame the first one, if it has arrived
 * @returns undefined if a key frame is needed, since the record does not say how large frames are
 * @throws MediaError if the record is broken
 */
export function configureVideo(
  codec: string,
  record: Uint8Array,
  keyFrame: Uint8Array | undefined,
): TrackConfiguration | undefined {
  const { entry: type, box } = BOXES[codec]!;
  const configuration = { type: box, body: codec === "vp09" ? toVpcc(record) : record };
  const build = ({ width, height }: FrameSize) =>
    buildVisualEntry({ type, width, height, configuration });
  const size = codec === "vp09"
    ? keyFrame && readVp9KeyFrameSize(keyFrame)
    : readSize(build({ width: 0, height: 0 }), keyFrame);
  if (!size) return undefined;
  const entry = build(size);
  readSize(entry, keyFrame); // checks what the size does not depend on
  return { type: "video", entry, timescale: VIDEO_TIMESCALE, ...size, countSamples: () => 0 };
}

function readSize(bytes: Uint8Array, keyFrame: Uint8Array | undefined): FrameSize | undefined {
  const entry = parseEntry(bytes, "video");
  const codec = findCodec(entry)!;
  if (!keyFrame && codec.needsSample?.(entry)) return undefined;
  const description = codec.describe(entry, keyFrame);
  if (description.type !== "video") {
    throw new MediaError(`Cannot describe ${entry.type} as ${description.type}, expected video`);
  }
  const { width, height } = description;
  return { width, height };
}

const VPCC_HEADER = Uint8Array.of(1, 0, 0, 0);

/** VPCodecConfigurationRecord without a header, and its size with one. */
const VPCC_SIZE = 12;

/** Muxers write the record with or without version and flags of the box. */
function toVpcc(record: Uint8Array): Uint8Array {
  const hasHeader = record.length >= VPCC_SIZE &&
    VPCC_HEADER.every((byte, i) => record[i] === byte);
  if (hasHeader) return record;
  const body = new Uint8Array(VPCC_HEADER.length + record.length);
  body.set(VPCC_HEADER);
  body.set(record, VPCC_HEADER.length);
  return body;
}
