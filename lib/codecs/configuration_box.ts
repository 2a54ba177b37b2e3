/** A codec's configuration box in a sample entry, and errors that name it. */

import { MediaError } from "../errors.ts";
import { printable } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";

/**
 * What `read` makes of the body of the entry's box `type`.
 *
 * @throws MediaError with the box in its path, also when there is none
 */
export function readConfigurationBox<T>(
  entry: SampleEntry,
  type: string,
  read: (body: Uint8Array) => T,
): T {
  const body = entry.boxes.get(type);
  if (!body) throw new MediaError(`Cannot describe ${printable(entry.type)} without ${type}`);
  return inContext(type, () => read(body));
}

/** What `read` gives; a MediaError that it throws gets `place` in front of its path, as the box walker does. */
export function inContext<T>(context: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof MediaError ? error.in(context) : error;
  }
}
