/** Packed audio (RFC 8216bis §3.1.3): frames as they come, behind an ID3 tag that says their time. */

import { ByteWriter } from "../bytes.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { accessUnits } from "./access_units.ts";
import type { SegmentPlan } from "./plan.ts";

/** Owner of the PRIV frame that holds the time (§3.1.3). */
const OWNER = "com.apple.streaming.transportStreamTimestamp";

/** @param index of the segment in the timeline of `rendition`, which is audio */
export function packedAudioSegment(rendition: MediaRendition, index: number): SegmentPlan {
  const { timeline: { samples }, codec: { mpegTs }, track: { entries } } = rendition;
  const { units, ranges } = accessUnits(rendition, samples[index]!, samples[index + 1]!);
  const tag = timeTag(units[0]!.pts);
  return {
    type: mpegTs!.packed!.type,
    head: new Uint8Array(0),
    ranges,
    finish(bytes) {
      const parts = [tag];
      let at = 0;
      for (const { size, sync, description } of units) {
        const convert = mpegTs!.converter(entries[description]!);
        parts.push(...convert(bytes.subarray(at, at + size), sync));
        at += size;
      }
      return joined(parts);
    },
  };
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** An ID3 tag of version 2.4 with one PRIV frame (id3.org, §3.1 and §4.27): a timestamp of 90 kHz, 33 bits in 8 bytes. */
function timeTag(time: number): Uint8Array {
  const content = OWNER.length + 1 + 8;
  const w = new ByteWriter(128);
  w.ascii("ID3");
  w.u8(4);
  w.u16(0);
  w.u32(syncSafe(10 + content));
  w.ascii("PRIV");
  w.u32(syncSafe(content));
  w.u16(0);
  w.cstring(OWNER);
  w.u64(time % 2 ** 33);
  return w.finish();
}

/** 7 bits a byte. */
function syncSafe(size: number): number {
  return (size >> 7) * 256 + (size & 127);
}
