/** MPDs of channels: one Period for each period of a broadcast (ISO/IEC 23009-1 §5.3.1, §5.3.2). */

import { RequestError } from "../errors.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import type { DashTextFormat } from "./text.ts";

/** @throws RequestError */
export function buildBroadcastMpd(_broadcast: Broadcast, _text: DashTextFormat = "vtt"): string {
  throw new RequestError("NOT_FOUND", "Cannot build an MPD of a channel");
}
