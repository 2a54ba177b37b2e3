/** Size, pixel aspect ratio and colour. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { inBox } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { gcd } from "../time.ts";
import type { VideoDescription } from "./codec.ts";
import { getEntryPath, inEntryBox } from "./configuration_box.ts";

export type Colour = NonNullable<VideoDescription["colour"]>;
export type PixelAspect = VideoDescription["pixelAspect"];

/** ISO/IEC 23091-2. */
export const UNSPECIFIED = 2;

export const UNSPECIFIED_COLOUR: Colour = {
  primaries: UNSPECIFIED,
  transfer: UNSPECIFIED,
  matrix: UNSPECIFIED,
  fullRange: false,
};

export function padTwoDigits(value: number): string {
  return `${value}`.padStart(2, "0");
}

/** @throws MediaError unless both are 1 to 65535, the range of a sample entry */
export function checkVideoSize(width: number, height: number): { width: number; height: number } {
  if (!(width > 0 && height > 0 && width <= 65535 && height <= 65535)) {
    throw new MediaError(`Cannot use a size of ${width} × ${height} pixels, expected 1 to 65535`);
  }
  return { width, height };
}

/** @throws MediaError as `checkVideoSize()`, with the path of the sample entry */
export function checkEntrySize(
  entry: SampleEntry,
  { width, height }: { readonly width: number; readonly height: number } = entry,
): { width: number; height: number } {
  return inBox(getEntryPath(entry), () => checkVideoSize(width, height));
}

/** Broken files declare greater ratios, with which no image has a size. */
const MAX_PIXEL_ASPECT = 16;

/** Returns square pixels for terms of 0, which are unspecified (14496-10 §E.2.1), and for absurd ratios. */
export function reduceAspect(width: number, height: number): PixelAspect {
  if (!isPlausibleAspect(width, height)) return [1, 1];
  const divisor = gcd(width, height);
  return [width / divisor, height / divisor];
}

function isPlausibleAspect(width: number, height: number): boolean {
  return width > 0 && height > 0 && width <= MAX_PIXEL_ASPECT * height &&
    height <= MAX_PIXEL_ASPECT * width;
}

/** Prefers `pasp` (14496-12 §12.1.4.1) to the bitstream's ratio (`coded`). */
export function getPixelAspect(entry: SampleEntry, coded: PixelAspect = [1, 1]): PixelAspect {
  return readPasp(entry) ?? coded;
}

/** Returns undefined if the entry has no `pasp`, or an absurd one. */
export function readPasp(entry: SampleEntry): PixelAspect | undefined {
  const pasp = entry.boxes.get("pasp");
  if (!pasp) return undefined;
  const [width, height] = inEntryBox(entry, "pasp", () => {
    const r = new ByteReader(pasp);
    return [r.u32(), r.u32()] as const;
  });
  return isPlausibleAspect(width, height) ? reduceAspect(width, height) : undefined;
}

/** Prefers specified fields of `colr` (14496-12 §12.1.5) to the bitstream's (`coded`). */
export function getColour(entry: SampleEntry, coded?: Colour): Colour | undefined {
  const colr = entry.boxes.get("colr");
  const box = colr && inEntryBox(entry, "colr", () => readColr(colr));
  const either = (name: "primaries" | "transfer" | "matrix") => {
    const value = box?.[name] ?? UNSPECIFIED;
    return value === UNSPECIFIED ? coded?.[name] ?? UNSPECIFIED : value;
  };
  const both = {
    primaries: either("primaries"),
    transfer: either("transfer"),
    matrix: either("matrix"),
    fullRange: box?.fullRange ?? coded?.fullRange ?? false,
  };
  return isSpecified(both) ? both : undefined;
}

function isSpecified({ primaries, transfer, matrix, fullRange }: Colour): boolean {
  return fullRange || [primaries, transfer, matrix].some((value) => value !== UNSPECIFIED);
}

/** Ignores ICC profiles (`rICC`, `prof`). QuickTime's nclc has no range; some muxers write nclx without its last byte, too. */
function readColr(
  colr: Uint8Array,
): Omit<Colour, "fullRange"> & { fullRange?: boolean } | undefined {
  const r = new ByteReader(colr);
  const type = r.ascii(4);
  if (type !== "nclx" && type !== "nclc") return undefined;
  const points = { primaries: r.u16(), transfer: r.u16(), matrix: r.u16() };
  return type === "nclx" ? { ...points, fullRange: r.left > 0 && r.u8() >= 128 } : points;
}

/** Body of nclx without its last byte, full_range_flag and reserved bits. */
const TRUNCATED_NCLX_SIZE = 4 + 2 + 2 + 2;

/** Returns a `colr` of type nclx with its last byte, which players require, if the entry's lacks it. */
export function completeColr({ boxes }: SampleEntry): Uint8Array | undefined {
  const colr = boxes.get("colr");
  if (colr?.length !== TRUNCATED_NCLX_SIZE) return undefined;
  if (new ByteReader(colr).ascii(4) !== "nclx") return undefined;
  const whole = new Uint8Array(TRUNCATED_NCLX_SIZE + 1);
  whole.set(colr);
  return whole;
}
