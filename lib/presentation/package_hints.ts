/** Hints: properties of the media that a package repeats for listings. */

import { omitUndefined } from "../omit_undefined.ts";
import type { Package, PackageTrack } from "../package/package.ts";
import type { MediaRendition, Presentation } from "./presentation.ts";
import { getRotatedCodedSize } from "./video_size.ts";

/**
 * Returns the hints in the order in which `amspackager` writes them. Sizes that no package can declare, such as a width of 0 in a
 * sample entry, are omitted.
 */
export function getHints(rendition: MediaRendition): Partial<PackageTrack> {
  const { description, bandwidth, averageBandwidth, frameRate, openGop } = rendition;
  const { codec } = description;
  if (description.type === "audio") {
    const [channels, sampleRate] = [description.channels, description.sampleRate].map(toHint);
    return omitUndefined({ codec, bandwidth, averageBandwidth, channels, sampleRate });
  }
  const { width, height } = getRotatedCodedSize(rendition);
  return omitUndefined({
    codec,
    bandwidth,
    averageBandwidth,
    width: toHint(width),
    height: toHint(height),
    frameRate,
    openGop: openGop || undefined,
  });
}

function toHint(value: number): number | undefined {
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

export function warnHintDifferences(
  { tracks }: Package,
  { renditions, protection }: Presentation,
): string[] {
  return tracks.flatMap((track) => {
    const rendition = renditions.get(track.name);
    if (!rendition || rendition.type === "text") return [];
    return Object.entries(getHints(rendition)).flatMap(([key, value]) => {
      const declared = track[key as keyof PackageTrack];
      if (declared === undefined || declared === value || isFormerCodec(declared)) return [];
      if (isBandwidth(key) && (protection || isSimilar(declared, value))) return [];
      const [hint, actual] = [JSON.stringify(declared), JSON.stringify(value)];
      return [
        `${track.file}: the package declares ${key} ${hint} for ${track.name}, but the file has ${actual}`,
      ];
    });
  });
}

/** Encrypted segments have more boxes than the clear ones that `amspackager` measures. */
function isBandwidth(key: string): boolean {
  return /bandwidth$/i.test(key);
}

/** Versions of AMS write boxes of different sizes around the same samples. */
const MAX_BANDWIDTH_DIFFERENCE = 0.05;

function isSimilar(declared: unknown, value: unknown): boolean {
  return Math.abs(Number(declared) / Number(value) - 1) <= MAX_BANDWIDTH_DIFFERENCE;
}

/** Former versions named MPEG-2 AAC by its own object type. */
function isFormerCodec(hint: PackageTrack[keyof PackageTrack]): boolean {
  return typeof hint === "string" && /^mp4a\.6[678]$/.test(hint);
}
