/** Joins frames of VP9 in superframes, as encoders do with frames for reference only. */

import { type Box, buildBody } from "./boxes.ts";
import { changeSamples } from "./tables.ts";

/** frame_marker 2, profile 0, show_existing_frame, frame_to_show_map_idx 0. */
const SHOW_FIRST_SLOT = Uint8Array.of(0x88);

const SHOW_FRAME = 0x02;

/**
 * Hides each key frame, and joins it with the frame after it; the last sample before the next key frame shows a frame again. The
 * number of samples stays.
 *
 * @param interval samples from a key frame to the next
 */
export function toSuperframes(boxes: Box[], interval: number): void {
  const frames: Uint8Array[] = [];
  changeSamples(boxes, (frame) => (frames.push(frame), frame));
  changeSamples(boxes, (frame, i) => {
    if (i % interval === interval - 1) return SHOW_FIRST_SLOT;
    if (i % interval > 0) return frames[i + 1]!;
    const hidden = Uint8Array.from(frame);
    hidden[0]! &= ~SHOW_FRAME;
    return buildSuperframe([hidden, frames[i + 1]!]);
  });
}

/** Annex B: the sizes of the frames in 16 bits, between two markers. */
function buildSuperframe(frames: readonly Uint8Array[]): Uint8Array {
  const marker = 0xc0 | 1 << 3 | frames.length - 1;
  return buildBody((w) => {
    for (const frame of frames) w.bytes(frame);
    w.u8(marker);
    for (const { length } of frames) (w.u8(length & 255), w.u8(length >> 8));
    w.u8(marker);
  });
}
