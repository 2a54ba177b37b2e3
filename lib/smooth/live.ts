/** Smooth Streaming of channels ([MS-SSTR] §2.2.2, §2.2.4): times count from the epoch of the broadcast, in 100 ns. */

import { RequestError } from "../errors.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** @throws RequestError */
export function buildBroadcastSmoothManifest(_broadcast: Broadcast): string {
  throw new RequestError("NOT_FOUND", "Cannot build a manifest of a channel");
}

/** Throws RequestError `NOT_FOUND` for a fragment that is not listed. */
export function planBroadcastFragment(
  _broadcast: Broadcast,
  _fragment: { readonly stream: string; readonly bitrate: number; readonly time: number },
): SegmentPlan {
  throw new RequestError("NOT_FOUND", "Cannot find a fragment of a channel");
}
