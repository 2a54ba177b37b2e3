import { type AmfValue, buildAmf0 } from "../../../lib/live/rtmp/amf0.ts";

/** Returns the bytes of values, one after the other. */
export function amf0(...values: AmfValue[]): Uint8Array<ArrayBuffer> {
  return buildAmf0(values);
}
