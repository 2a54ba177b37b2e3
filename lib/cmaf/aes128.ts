/** Whole segments that are encrypted: AES-128 of HLS (RFC 8216bis §4.4.4.4). */

import { computeAes128Size, encryptAes128, encryptBlocks, toSequenceIv } from "../drm/aes128.ts";
import { AES_BLOCK_SIZE, type ContentKey } from "../drm/content_key.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import { getPlanSize, type PlanSlice, type SegmentPlan, slicePlan } from "../storage/read_plan.ts";

const EMPTY = new Uint8Array(0);

/**
 * Encrypts a segment or key frame if its protection demands it.
 *
 * @param sequence media sequence number in the playlist of the whole asset, from which players derive the IV
 */
export function encryptSegment(
  plan: SegmentPlan,
  { samples, segment }: SegmentProtection,
  sequence: number | undefined,
): SegmentPlan {
  if (samples) throw new TypeError(`Cannot encrypt samples of ${plan.type} with ${samples.scheme}`);
  if (!segment) return plan;
  if (sequence === undefined) throw new TypeError("expected the media sequence number");
  const { key: { key } } = segment;
  const iv = toSequenceIv(sequence);
  const { type, header, ranges } = plan;
  const size = plan.transform ? plan.size : getPlanSize(plan);
  return {
    type,
    header,
    ranges,
    ...size !== undefined && { size: computeAes128Size(size) },
    transform: (bytes) => encryptAes128(key.reveal(), iv, applyTransform(plan, bytes)),
    ...(plan.slices || !plan.transform) && {
      slices: (bytes: Uint8Array, minSize: number) =>
        encryptSlices(plan.slices?.(bytes, minSize) ?? splitPlan(plan, minSize), { key, iv }),
    },
  };
}

function applyTransform(plan: SegmentPlan, bytes: Uint8Array): Uint8Array {
  return plan.transform ? plan.transform(bytes) : bytes;
}

function splitPlan(plan: SegmentPlan, minSize: number): PlanSlice[] {
  const total = getPlanSize(plan);
  const slices: PlanSlice[] = [];
  for (let start = 0; start < total; start += minSize) {
    const end = Math.min(start + minSize, total);
    slices.push({ plan: slicePlan(plan, start, end), size: end - start });
  }
  return slices;
}

/** Where a slice continues the chain: the last encrypted block, and clear bytes that do not fill one. */
interface ChainLink {
  readonly iv: Uint8Array;
  readonly rest: Uint8Array;
}

/** Each slice continues the chain of the one before it, which must have been read once. */
function encryptSlices(
  slices: readonly PlanSlice[],
  { key, iv }: Pick<ContentKey, "key"> & { readonly iv: Uint8Array },
): PlanSlice[] {
  const links: (ChainLink | undefined)[] = [{ iv, rest: EMPTY }];
  let position = 0;
  return slices.map(({ plan, size }, i) => {
    const isLast = i === slices.length - 1;
    const start = roundDown(position);
    position += size;
    const end = isLast ? computeAes128Size(position) : roundDown(position);
    const transform = (bytes: Uint8Array) => {
      const clear = concatenate(links[i]!.rest, applyTransform(plan, bytes));
      if (isLast) return encryptAes128(key.reveal(), links[i]!.iv, clear);
      const whole = roundDown(clear.length);
      const encrypted = encryptBlocks(key.reveal(), links[i]!.iv, clear.subarray(0, whole));
      links[i + 1] = {
        iv: whole > 0 ? copy(encrypted.subarray(-AES_BLOCK_SIZE)) : links[i]!.iv,
        rest: copy(clear.subarray(whole)),
      };
      return encrypted;
    };
    const { type, header, ranges } = plan;
    return {
      plan: { type, header, ranges, transform },
      size: end - start,
      get isChained() {
        return links[i] === undefined;
      },
    };
  });
}

function roundDown(size: number): number {
  return size - size % AES_BLOCK_SIZE;
}

/** `slice()` of a Buffer does not copy, so that each link would retain its slice. */
function copy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

function concatenate(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
