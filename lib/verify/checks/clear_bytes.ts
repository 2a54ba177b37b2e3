/** Finds samples that are sent as they are in the source. */

import type { CommonEncryptionScheme } from "../../mp4/protection.ts";
import type { MediaRendition } from "../../presentation/presentation.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { CodedUnit, UnitSplitter } from "../readers/coded_units.ts";
import { listRanges } from "../readers/decryption.ts";
import type { SampleDeclaration } from "../readers/fragment_encryption.ts";
import { MIN_PROTECTED_UNIT } from "./subsamples.ts";

const BLOCK = 16;

export interface SentSample {
  readonly rendition: Pick<MediaRendition, "type">;
  readonly scheme: CommonEncryptionScheme;
  readonly splitter: UnitSplitter | undefined;
  readonly declaration: SampleDeclaration | undefined;
}

/** Returns true if a range that is declared as encrypted, or all of a sample with slices, has the bytes of the source. */
export function isLeftClear(
  sent: Uint8Array,
  source: Uint8Array,
  { rendition, scheme, splitter, declaration }: SentSample,
): boolean {
  if (sent.length !== source.length) return false;
  if (bytesEqual(sent, source)) {
    return rendition.type === "audio"
      ? source.length >= (scheme === "cbcs" ? BLOCK : 1)
      : !splitter || hasSlices(splitter, source);
  }
  if (!declaration?.subsamples) return false;
  const expected = listRanges(source, declaration.subsamples);
  return listRanges(sent, declaration.subsamples).some((range, i) =>
    range.length >= BLOCK && bytesEqual(range, expected[i]!)
  );
}

function hasSlices(splitter: UnitSplitter, source: Uint8Array): boolean {
  const isLarge = ({ start, end, minHeader }: CodedUnit) =>
    minHeader !== undefined && end - start >= MIN_PROTECTED_UNIT;
  try {
    return splitter.split(source).some(isLarge);
  } catch {
    return false; // reported elsewhere
  }
}
