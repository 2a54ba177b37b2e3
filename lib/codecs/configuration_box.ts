/** Boxes of sample entries, with errors that name their path. */

import { MediaError } from "../errors.ts";
import { inBox, toPrintable } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";

const STSD = "moov/trak/mdia/minf/stbl/stsd";

/** @throws MediaError if the box is missing or invalid */
export function readConfigurationBox<T>(
  entry: SampleEntry,
  type: string,
  read: (body: Uint8Array) => T,
): T {
  const body = entry.boxes.get(type);
  if (!body) {
    const reason = `Cannot describe ${toPrintable(entry.type)} without ${type}`;
    throw new MediaError(reason).in(getEntryPath(entry));
  }
  return inEntryBox(entry, type, () => read(body));
}

/** Prepends a box of the sample entry, with its full path, to the path of a MediaError. */
export function inEntryBox<T>(entry: SampleEntry, type: string, read: () => T): T {
  return inBox(`${getEntryPath(entry)}/${type}`, read);
}

/** Returns `moov/trak/mdia/minf/stbl/stsd/avc1`. */
export function getEntryPath({ type }: SampleEntry): string {
  return `${STSD}/${toPrintable(type)}`;
}

/** Names the first sample, which is in no box, in a MediaError. */
export function inFirstSample<T>(read: () => T): T {
  return inBox("first sample", read);
}
