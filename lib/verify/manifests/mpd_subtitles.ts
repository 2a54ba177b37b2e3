/** Compares Representations of subtitles with their segments. */

import type { DashTextFormat } from "../../dash/text.ts";
import type { SubtitleRendition } from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkStarts, checkUrl } from "./segment_list.ts";
import { fillTemplate, readTimeline } from "./segment_template.ts";

interface SubtitleContext {
  readonly rendition: SubtitleRendition;
  readonly context: ManifestContext;
  readonly format: DashTextFormat;
}

export function checkSubtitles(
  element: Element,
  template: Element | undefined,
  subtitles: SubtitleContext,
): void {
  const { rendition, context, format } = subtitles;
  if (isStpp(rendition, format) || format === "wvtt") {
    if (!template) {
      return context.reportAt(rendition.name)("manifest", "SegmentTemplate is missing");
    }
    const { times } = getListedTimes(rendition, format);
    const kind = isStpp(rendition, format) ? "cmaf" : "wvtt";
    return checkSubtitleSegments(template, { ...subtitles, times, kind });
  }
  const [url = ""] = getChildren(element, "BaseURL").map((base) =>
    typeof base === "string" ? base : String((base as Element)["#text"] ?? "")
  );
  const { presentation } = context;
  const report = context.reportAt(rendition.name);
  checkUrl(url, { kind: "text", rendition: rendition.name }, { presentation, report });
  context.tally.segments++;
}

function isStpp({ stpp }: SubtitleRendition, format: DashTextFormat): boolean {
  return stpp !== undefined && (format === "vtt" || stpp.onlyImages);
}

/** Returns the boundaries of the segments that an MPD lists; none of a WebVTT file. */
export function getListedTimes(
  rendition: SubtitleRendition,
  format: DashTextFormat,
): { times: readonly number[]; timescale: number } {
  if (isStpp(rendition, format)) {
    const { timeline, timing } = rendition.stpp!;
    return { times: [...timeline.times], timescale: timing.timescale };
  }
  const { times, timescale } = rendition;
  return format === "wvtt" ? { times: [...times], timescale } : { times: [], timescale };
}

function checkSubtitleSegments(
  template: Element,
  { rendition, context, times, kind }: SubtitleContext & {
    times: readonly number[];
    kind: "cmaf" | "wvtt";
  },
): void {
  const { presentation, tally } = context;
  const { name } = rendition;
  const report = context.reportAt(name);
  const timeline = tryRead(() => readTimeline(template), report, "manifest") ?? [];
  tally.segments += timeline.length;
  checkStarts(
    timeline.map(({ time }) => time),
    times.slice(0, -1),
    (index, rule, message) => {
      context.reportAt(name, index)(rule, message);
    },
  );
  const end = timeline.at(-1) ? timeline.at(-1)!.time + timeline.at(-1)!.duration : 0;
  if (end !== times.at(-1)) report("duration", `ends at ${end}, expected ${times.at(-1)}`);
  checkCoverage(end, template, { rendition, context });
  const init = kind === "cmaf" ? "init" : "wvttInit";
  const initUrl = fillTemplate(template, "initialization", { id: name });
  checkUrl(initUrl, { kind: init, rendition: name }, { presentation, report });
  for (const { time } of timeline) {
    const url = fillTemplate(template, "media", { id: name, time });
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, report })) return;
  }
}

const MAX_GAP_SECONDS = 0.002;

/** Some players wait for subtitles up to the end of the presentation. */
function checkCoverage(
  end: number,
  template: Element,
  { rendition, context }: Pick<SubtitleContext, "rendition" | "context">,
): void {
  const { ticks, timescale } = context.presentation.duration;
  const seconds = end / Number(getAttribute(template, "timescale"));
  if (seconds >= ticks / timescale - MAX_GAP_SECONDS) return;
  context.reportAt(rendition.name)(
    "duration",
    `ends at ${seconds} s, but the presentation at ${ticks / timescale} s`,
  );
}
