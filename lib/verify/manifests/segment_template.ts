/** Reads SegmentTemplate elements of MPDs (ISO/IEC 23009-1 §5.3.9). */

import { getAttribute, getChild, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";

export interface TimelineEntry {
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

/** Replaces the identifiers of a template (§5.3.9.4.4). */
export function fillTemplate(
  template: Element,
  attribute: "initialization" | "media",
  { id, time = 0 }: { id: string; time?: number },
): string {
  return getAttribute(template, attribute).replaceAll("$RepresentationID$", id)
    .replaceAll("$Time$", String(time)).replaceAll("$$", "$");
}
