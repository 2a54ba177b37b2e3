/** Compares Representations of subtitles with their segments. */

import type { DashTextFormat } from "../../dash/text.ts";
import type { SubtitleRendition } from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import { getChildren } from "../readers/xml_elements.ts";
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
  const isStpp = rendition.stpp && (format === "vtt" || rendition.stpp.onlyImages);
  if (isStpp || format === "wvtt") {
    if (!template) {
      return context.reportAt(rendition.name)("manifest", "SegmentTemplate is missing");
    }
    const { times } = isStpp ? rendition.stpp!.timeline : rendition;
    return checkSubtitleSegments(template, { ...subtitles, times, kind: isStpp ? "cmaf" : "wvtt" });
  }
  const [url = ""] = getChildren(element, "BaseURL").map((base) =>
    typeof base === "string" ? base : String((base as Element)["#text"] ?? "")
  );
  const { presentation } = context;
  const report = context.reportAt(rendition.name);
  checkUrl(url, { kind: "text", rendition: rendition.name }, { presentation, report });
  context.tally.segments++;
}

function checkSubtitleSegments(
  template: Element,
  { rendition: { name }, context, times, kind }: SubtitleContext & {
    times: Float64Array;
    kind: "cmaf" | "wvtt";
  },
): void {
  const { presentation, tally } = context;
  const report = context.reportAt(name);
  const timeline = tryRead(() => readTimeline(template), report, "manifest") ?? [];
  tally.segments += timeline.length;
  checkStarts(
    timeline.map(({ time }) => time),
    [...times.subarray(0, -1)],
    (index, rule, message) => {
      context.reportAt(name, index)(rule, message);
    },
  );
  const end = timeline.at(-1) ? timeline.at(-1)!.time + timeline.at(-1)!.duration : 0;
  if (end !== times.at(-1)) report("duration", `ends at ${end}, expected ${times.at(-1)}`);
  const init = kind === "cmaf" ? "init" : "wvttInit";
  const initUrl = fillTemplate(template, "initialization", { id: name });
  checkUrl(initUrl, { kind: init, rendition: name }, { presentation, report });
  for (const { time } of timeline) {
    const url = fillTemplate(template, "media", { id: name, time });
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, report })) return;
  }
}
