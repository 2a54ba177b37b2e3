import { ByteWriter } from "../bytes.ts";
import { pssh } from "../mp4/pssh.ts";
import { toKidBytes } from "./key_id.ts";

/** SystemID of key identifiers that any DRM system may use (W3C "cenc" Initialization Data Format §2). */
const COMMON_SYSTEM_ID = "1077efec-c0b2-4d02-ace3-3c1e52e2fb4b";

/**
 * Builds the pssh of init segments (W3C "cenc" Initialization Data Format §4). It has all KIDs of the asset, since hls.js requests
 * keys for those of one init segment alone, in ascending order.
 */
export function buildCommonPssh(kids: Iterable<string>): Uint8Array {
  const w = new ByteWriter(128);
  const ascending = [...new Set(kids)].sort();
  const systemId = toKidBytes(COMMON_SYSTEM_ID);
  pssh(w, { systemId, kids: ascending.map(toKidBytes), data: new Uint8Array(0) });
  return w.finish();
}
