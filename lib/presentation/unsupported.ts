import type { Presentation, Rendition } from "./presentation.ts";

/** Returns a log line that names the renditions a protocol omits; "" if it supports all. */
export function describeUnsupported(
  { renditions }: Presentation,
  protocol: string,
  isSupported: (rendition: Rendition) => boolean,
): string {
  const names = [...renditions.values()].filter((rendition) => !isSupported(rendition))
    .map(({ name }) => name);
  return names.length > 0 ? `${protocol} omits unsupported renditions: ${names.join(", ")}` : "";
}
