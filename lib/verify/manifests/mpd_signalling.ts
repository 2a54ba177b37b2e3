/** Compares what AdaptationSets and Representations declare (23009-1 §5.3) with the files. */

import { findMax } from "../../extremes.ts";
import type {
  MediaRendition,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { isTurned } from "../expected/orientation.ts";
import { type ExpectedVideo, getSquareSize } from "../expected/signalling.ts";
import type { Report } from "../findings.ts";
import { getAttribute } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { Rule } from "../rules.ts";
import { isMedia, type ManifestContext } from "./manifest_context.ts";
import { checkMpdChannels } from "./mpd_channels.ts";
import { checkMpdColour } from "./mpd_colour.ts";
import { checkMpdRoles } from "./mpd_roles.ts";
import { readDeclaredMembers } from "./mpd_sets.ts";
import { getExpectedVideo, getExpectedVideos, toSize } from "./manifest_signalling.ts";

export function checkMpdSignalling(elements: readonly Element[], context: ManifestContext): void {
  const sets = elements.map((element) => readDeclaredMembers(element, context));
  for (const { element, members } of sets) {
    for (const member of members) {
      if (isMedia(member.rendition)) checkMember(member.element, member.rendition, context);
      else checkSubtitleCodec(member.element, element, member.rendition, context);
    }
    checkMaxima(element, members.map(({ rendition }) => rendition), context);
  }
  checkMpdColour(sets, context);
  checkMpdRoles(sets, context);
}

/** A WebVTT file has no codec; segments are `wvtt` or TTML. */
function checkSubtitleCodec(
  element: Element,
  set: Element,
  { name, stpp }: SubtitleRendition,
  context: ManifestContext,
): void {
  const codecs = getAttribute(element, "codecs");
  const isFile = getAttribute(set, "mimeType") === "text/vtt";
  const isRight = isFile
    ? codecs === ""
    : codecs === "wvtt" || stpp !== undefined && /^stpp(\.|$)/.test(codecs);
  if (!isRight) context.reportAt(name)("codec", `got codecs="${codecs}" of subtitles`);
}

function checkMember(element: Element, rendition: MediaRendition, context: ManifestContext): void {
  const report = context.reportAt(rendition.name);
  const { audio, frameRate } = context.measurements.get(rendition.name)!;
  const video = getExpectedVideo(context, rendition);
  const codecs = getAttribute(element, "codecs");
  const expected = audio ? [audio.codec] : video?.codecs;
  if (expected && !expected.includes(codecs)) {
    report("codec", `got codecs="${codecs}", expected "${expected[0]}"`);
  }
  if (audio) {
    expect(element, report, ["rate", "audioSamplingRate", audio.sampleRate]);
    checkMpdChannels(element, audio, report);
  }
  const { image } = context.measurements.get(rendition.name)!.signalling ?? {};
  if (image) {
    expect(element, report, ["size", "width", image.width]);
    expect(element, report, ["size", "height", image.height]);
  }
  if (!video) return;
  checkVideo(element, video, report);
  const rate = parseRate(getAttribute(element, "frameRate"));
  if (frameRate && !frameRate.accepts(rate)) {
    report("frame rate", `got ${rate}, expected ${frameRate.mean}`);
  }
}

function expect(
  element: Element,
  report: Report,
  [rule, name, expected]: [rule: Rule, name: string, expected: string | number | undefined],
): void {
  const got = getAttribute(element, name);
  if (expected === undefined || got === String(expected)) return;
  report(rule, `got ${name}="${got}", expected "${expected}"`);
}

/** Sizes are those after rotation. */
function checkVideo(element: Element, video: ExpectedVideo, report: Report): void {
  const { width, height } = toSize(video, video);
  expect(element, report, ["size", "width", width]);
  expect(element, report, ["size", "height", height]);
  const { ratio, tolerance } = video.expectedAspect;
  const expected = isTurned(video.directions) ? 1 / ratio : ratio;
  const sar = getAttribute(element, "sar");
  if (!(Math.abs(parseRatio(sar) / expected - 1) <= tolerance)) {
    report("sample aspect", `got sar="${sar}", expected ${expected}`);
  }
  const supplemental = ["supplementalCodecs", "supplementalProfiles"]
    .map((name) => getAttribute(element, `scte214:${name}`)).filter(Boolean).join("/");
  if (supplemental !== (video.supplemental ?? "")) {
    report("codec", `got supplemental codec "${supplemental}", expected "${video.supplemental}"`);
  }
}

function parseRatio(text: string): number {
  const [, width, height] = /^(\d+):(\d+)$/.exec(text) ?? [];
  return Number(width) / Number(height);
}

/** Parses `25` and `30000/1001`. */
function parseRate(text: string): number {
  const [, dividend, divisor = "1"] = /^(\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  return Number(dividend) / Number(divisor);
}

/** Sizes of one aspect ratio are rounded to pixels. */
const MAX_ASPECT_ERROR = 0.02;

/** maxWidth, maxHeight, maxFrameRate and par (§5.3.7) of what the set contains. */
function checkMaxima(
  element: Element,
  renditions: readonly Rendition[],
  context: ManifestContext,
): void {
  const videos = getExpectedVideos(context, renditions);
  if (videos.length === 0) return;
  const report = context.reportAt(renditions[0]!.name);
  const sizes = videos.map((video) => toSize(video, video));
  expect(element, report, ["size", "maxWidth", findMax(sizes.map(({ width }) => width))]);
  expect(element, report, ["size", "maxHeight", findMax(sizes.map(({ height }) => height))]);
  const maxRate = parseRate(getAttribute(element, "maxFrameRate"));
  const meters = renditions.flatMap(({ name }) => context.measurements.get(name)!.frameRate ?? []);
  if (!meters.some((meter) => meter.accepts(maxRate))) {
    report("frame rate", `got maxFrameRate ${maxRate}, which is that of no Representation`);
  }
  const par = parseRatio(getAttribute(element, "par"));
  for (const video of Number.isNaN(par) ? [] : videos) {
    const { width, height } = toSize(video, getSquareSize(video));
    if (Math.abs(width / height / par - 1) <= MAX_ASPECT_ERROR) continue;
    report("sample aspect", `got par ${par}, expected ${width / height}`);
  }
}
