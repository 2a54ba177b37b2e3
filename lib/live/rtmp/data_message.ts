/** Data messages: metadata, cue points and text (RTMP 1.0 §7.1.2). */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readAmf0 } from "./amf0.ts";
import { stripFormat } from "./rtmp_commands.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";

/** In bytes; onMetaData has some hundred. */
export const MAX_DATA_SIZE = 2 ** 20;

/** Before the name: the server is to keep the data for players that come later. */
const SET_DATA_FRAME = "@setDataFrame";
const CLEAR_DATA_FRAME = "@clearDataFrame";

/**
 * Returns the AMF 0 of a data message from its name on, such as `onMetaData`; undefined if it has none.
 *
 * @throws MediaError if it is too large, or its name is malformed
 */
export function readDataMessage({ type, payload }: RtmpMessage): Uint8Array | undefined {
  const { length } = payload;
  if (length > MAX_DATA_SIZE) {
    throw new MediaError(
      `Cannot read metadata of ${length} bytes, expected at most ${MAX_DATA_SIZE}`,
    );
  }
  const body = type === MESSAGE_TYPES.dataAmf3 ? stripFormat(payload) : payload;
  const r = new ByteReader(body);
  const name = readName(r);
  if (name !== SET_DATA_FRAME) return name === undefined ? undefined : body;
  const data = r.rest().bytes;
  return readName(new ByteReader(data)) === undefined ? undefined : data;
}

function readName(r: ByteReader): string | undefined {
  const name = r.left > 0 ? readAmf0(r) : undefined;
  return typeof name === "string" && name !== CLEAR_DATA_FRAME ? name : undefined;
}
