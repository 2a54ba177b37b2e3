import { MediaError } from "../../errors.ts";
import { type AmfObject, type AmfValue, readAmf0Values } from "./amf0.ts";
import { toInitTrackId } from "./flv_packet.ts";

const ON_META_DATA = "onMetaData";

/** Keys of the codec of trackId 0, and of the objects with a key for each other trackId (Enhanced RTMP v2). */
const KEYS = [
  { type: "video", codec: "videocodecid", others: "videoTrackIdInfoMap" },
  { type: "audio", codec: "audiocodecid", others: "audioTrackIdInfoMap" },
] as const;

const MAX_TRACK_ID = 255;

/**
 * Reads which tracks onMetaData announces.
 *
 * @param payload of a data message: AMF 0
 * @returns their track_IDs in the init segment; undefined if it announces none, or is broken, since players ignore it, too
 */
export function readAnnouncedTracks(payload: Uint8Array): ReadonlySet<number> | undefined {
  const [name, metadata] = readValues(payload);
  if (name !== ON_META_DATA || !isObject(metadata)) return undefined;
  const ids = KEYS.flatMap(({ type, codec, others }) => {
    const map = metadata.get(others);
    const trackIds = isObject(map) ? [...map.keys()].map(Number) : [];
    if (isCodec(metadata.get(codec))) trackIds.push(0);
    return trackIds.filter(isTrackId).map((trackId) => toInitTrackId({ type, trackId }));
  });
  return ids.length > 0 ? new Set(ids) : undefined;
}

function readValues(payload: Uint8Array): readonly AmfValue[] {
  try {
    return readAmf0Values(payload);
  } catch (error) {
    if (error instanceof MediaError) return [];
    throw error;
  }
}

function isObject(value: AmfValue): value is AmfObject {
  return value instanceof Map;
}

/** Encoders without a kind of track write 0 for its codec, or no codec; some write a name. */
function isCodec(value: AmfValue): boolean {
  return typeof value === "number" && value > 0 || typeof value === "string" && value !== "";
}

function isTrackId(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_TRACK_ID;
}
