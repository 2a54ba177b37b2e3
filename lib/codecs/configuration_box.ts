/** Configuration boxes of sample entries, with errors that name the box. */

import { MediaError } from "../errors.ts";
import { toPrintable } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";

/** @throws MediaError if the box is missing or invalid */
export function readConfigurationBox<T>(
  entry: SampleEntry,
  type: string,
  read: (body: Uint8Array) => T,
): T {
  const body = entry.boxes.get(type);
  if (!body) throw new MediaError(`Cannot describe ${toPrintable(entry.type)} without ${type}`);
  return inContext(type, () => read(body));
}

/** Prepends `context` to the path of a MediaError. */
export function inContext<T>(context: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.in(context) : error;
  }
}
