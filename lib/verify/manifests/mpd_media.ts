/** Compares Representations of audio, video or images with their segments. */

import type { MediaRendition } from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import { getAttribute } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import { getSegmentBoundaries, getSegmentStarts } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import { checkStarts, checkUrl } from "./segment_list.ts";
import { fillTemplate, readSegments } from "./segment_template.ts";
import type { TimelineEntry } from "./segment_template.ts";

export function checkMedia(
  element: Element,
  template: Element,
  { rendition, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { name, type } = rendition;
  const report = context.reportAt(name);
  const measurements = context.measurements.get(name)!;
  const { ticks, timescale: scale } = context.presentation.duration;
  const read = () => readSegments(template, ticks / scale);
  const timeline = tryRead(read, report, "manifest") ?? [];
  context.tally.segments += timeline.length;
  checkTimeline(timeline, { rendition, context });
  checkUrls(template, timeline, { rendition, context });
  const timescale = Number(getAttribute(template, "timescale") || 1);
  const expected = measurements.init?.timescale ?? rendition.timing.timescale;
  if (timescale !== expected) report("timescale", `got ${timescale}, expected ${expected}`);
  if (type === "image") return;
  const measured = measureBandwidth(measurements, "cmaf", context.targetSeconds);
  const bandwidth = Number(getAttribute(element, "bandwidth"));
  if (measured && (bandwidth < measured.min.peak - 1 || bandwidth > measured.max.peak + 1)) {
    report("bandwidth", `got ${bandwidth}, expected ${measured.peak} bit/s`);
  }
}

function checkTimeline(
  timeline: readonly TimelineEntry[],
  { rendition, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { name } = rendition;
  const starts = getSegmentStarts(context, rendition);
  checkStarts(timeline.map(({ time }) => time), starts, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  const ends = getSegmentBoundaries(context, rendition).slice(1);
  for (const [i, { number, time, duration }] of timeline.entries()) {
    const at = starts.indexOf(time, Math.max(0, i - 1));
    if (at < 0 || time + duration === ends[at]) continue;
    if (number !== undefined && at === starts.length - 1) continue; // ends with the Period
    context.reportAt(name, at)("duration", `ends at ${time + duration}, expected ${ends[at]}`);
  }
}

function checkUrls(
  template: Element,
  timeline: readonly TimelineEntry[],
  { rendition: { name, type }, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { presentation } = context;
  const kind = type === "image" ? "image" : "cmaf";
  if (type !== "image") {
    const target = { kind: "init", rendition: name };
    const url = fillTemplate(template, "initialization", { id: name });
    checkUrl(url, target, { presentation, report: context.reportAt(name) });
  }
  for (const [i, { time, number }] of timeline.entries()) {
    const report = context.reportAt(name, i);
    const url = fillTemplate(template, "media", { id: name, time, number });
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, report })) return;
  }
}
