/** Renditions that a protocol does not support. */

import type { Presentation, Rendition } from "./presentation.ts";

/** Returns a sentence for the log that names the renditions a protocol omits; "" if it carries all. */
export function describeUnsupported(
  { renditions }: Presentation,
  protocol: string,
  isSupported: (rendition: Rendition) => boolean,
): string {
  const names = [...renditions.values()].filter((rendition) => !isSupported(rendition))
    .map(({ name }) => name);
  return names.length > 0 ? `${protocol} omits unsupported renditions: ${names.join(", ")}` : "";
}
