/** Labels of keys: which renditions share one. */

import type { Description } from "../codecs/codec.ts";

/** Values of `--key-per` with labels, each with its labels. */
export const KEY_LABELS = {
  all: ["all"],
  type: ["audio", "video"],
  resolution: ["audio", "sd", "hd", "uhd"],
} as const;

export type KeyPer = keyof typeof KEY_LABELS;

export type KeyLabel = typeof KEY_LABELS[KeyPer][number];

/** Pixels of a frame after cropping, inclusive: those of the SPEKE v2 encryption contract. */
export const MAX_PIXELS = { sd: 768 * 576, hd: 1920 * 1080 } as const;

/** Returns undefined for images, which are not protected. */
export function getKeyLabel(per: KeyPer, description: Description): KeyLabel | undefined {
  if (description.type === "image") return undefined;
  if (per === "all") return "all";
  if (description.type === "audio" || per === "type") return description.type;
  const pixels = description.width * description.height;
  return pixels <= MAX_PIXELS.sd ? "sd" : pixels <= MAX_PIXELS.hd ? "hd" : "uhd";
}

/** Returns the first value of `--key-per` that has all of the labels; undefined if none has, or there are no labels. */
export function getKeyPer(labels: readonly string[]): KeyPer | undefined {
  if (labels.length === 0) return undefined;
  return (Object.keys(KEY_LABELS) as KeyPer[]).find((per) => {
    const known: readonly string[] = KEY_LABELS[per];
    return labels.every((label) => known.includes(label));
  });
}
