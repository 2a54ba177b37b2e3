/** Reads SegmentTemplate elements of MPDs (ISO/IEC 23009-1 §5.3.9). */

import { getAttribute, getChild, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";

export interface TimelineEntry {
  /** Number of a segment without SegmentTimeline. */
  readonly number?: number;
  readonly time: number;
  readonly duration: number;
}

/** Expands S elements; one without `t` starts where the previous one ends (§5.3.9.6). */
export function readTimeline(template: Element): TimelineEntry[] {
  let time = 0;
  return getChildren(getChild(template, "SegmentTimeline"), "S").flatMap((s) => {
    if (s["@t"] !== undefined) time = Number(s["@t"]);
    const duration = Number(s["@d"]);
    return Array.from({ length: 1 + Number(s["@r"] ?? 0) }, () => {
      const segment = { time, duration };
      time += duration;
      return segment;
    });
  });
}

/** Lists the segments of a template in a Period of some seconds. */
export function readSegments(template: Element, periodSeconds: number): TimelineEntry[] {
  const isNumbered = getAttribute(template, "duration") !== "";
  return isNumbered ? readNumbered(template, periodSeconds) : readTimeline(template);
}

/** Lists the segments of a template with @duration in a Period of some seconds (§5.3.9.5). */
function readNumbered(template: Element, periodSeconds: number): TimelineEntry[] {
  const [timescale, duration, first, offset] =
    ([["timescale", 1], ["duration", 0], ["startNumber", 1], [
      "presentationTimeOffset",
      0,
    ]] as const)
      .map(([name, value]) => Number(getAttribute(template, name) || value)) as [
        number,
        number,
        number,
        number,
      ];
  const count = Math.ceil(periodSeconds * timescale / duration - 1e-6);
  return Array.from(
    { length: count },
    (_, i) => ({ number: first + i, time: offset + i * duration, duration }),
  );
}

/** Replaces the identifiers of a template (§5.3.9.4.4). */
export function fillTemplate(
  template: Element,
  attribute: "initialization" | "media",
  { id, time = 0, number = 1 }: { id: string; time?: number; number?: number | undefined },
): string {
  return getAttribute(template, attribute).replaceAll("$RepresentationID$", id)
    .replaceAll("$Time$", String(time)).replaceAll("$Number$", String(number)).replaceAll(
      "$$",
      "$",
    );
}
