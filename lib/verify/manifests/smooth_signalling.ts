/** Compares what StreamIndex and QualityLevel declare ([MS-SSTR] 2.2.2.3, 2.2.2.5) with the files. */

import { findMax } from "../../extremes.ts";
import type { MediaRendition, Rendition } from "../../presentation/presentation.ts";
import { isSameChoice } from "../expected/choices.ts";
import { isSameLanguage } from "../expected/language_tags.ts";
import { getSquareSize } from "../expected/signalling.ts";
import type { Report } from "../findings.ts";
import { getAttribute } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { Rule } from "../rules.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { findListedDefault, getExpectedVideo, getExpectedVideos } from "./manifest_signalling.ts";

/** A StreamIndex and the renditions of its levels. */
export interface SmoothMembers {
  readonly element: Element;
  readonly renditions: readonly Rendition[];
}

export function checkSmoothStreams(
  streams: readonly SmoothMembers[],
  context: ManifestContext,
): void {
  for (const { element, renditions: [first, ...others] } of streams) {
    if (!first) continue;
    const report = context.reportAt(first.name);
    checkLanguage(element, first, report);
    checkSubtype(element, first, report);
    checkMaxSize(element, [first, ...others], context);
  }
  for (const type of ["audio", "text"] as const) checkFirst(streams, type, context);
}

/** A private-use subtag distinguishes streams of one language. */
function checkLanguage(element: Element, { language }: Rendition, report: Report): void {
  const got = getAttribute(element, "Language");
  const plain = got.replace(/(?<=.)-x-.*$/, "");
  if ([got, plain].some((tag) => isSameLanguage(tag, language))) return;
  report("language", `got Language="${got}", expected "${language}"`);
}

const SUBTYPES: Record<string, string> = { caption: "CAPT", description: "DESC" };

function checkSubtype(element: Element, { type, role }: Rendition, report: Report): void {
  const got = getAttribute(element, "Subtype");
  const expected = type === "text" ? SUBTYPES[role ?? ""] ?? "SUBT" : "";
  if (got !== expected) report("role", `got Subtype="${got}", expected "${expected}"`);
}

/** Sizes are before rotation, which Smooth Streaming cannot declare. */
function checkMaxSize(
  element: Element,
  renditions: readonly Rendition[],
  context: ManifestContext,
): void {
  const videos = getExpectedVideos(context, renditions);
  if (videos.length === 0) return;
  const report = context.reportAt(renditions[0]!.name);
  const displayed = videos.map(getSquareSize);
  const expected: [name: string, value: number, tolerance: number][] = [
    ["MaxWidth", findMax(videos.map(({ width }) => width)), 0],
    ["MaxHeight", findMax(videos.map(({ height }) => height)), 0],
    [
      "DisplayWidth",
      findMax(displayed.map(({ width }) => width)),
      findMax(videos.map(({ expectedAspect: { tolerance } }) => tolerance)),
    ],
    ["DisplayHeight", findMax(displayed.map(({ height }) => height)), 0],
  ];
  for (const [name, value, tolerance] of expected) {
    const got = Number(getAttribute(element, name));
    if (Math.abs(got - value) <= 0.5 + value * tolerance) continue;
    const rule = name === "DisplayWidth" ? "sample aspect" : "size";
    report(rule, `got ${name} ${got}, expected ${value}`);
  }
}

/** Smooth Streaming declares the default by its position. */
function checkFirst(
  streams: readonly SmoothMembers[],
  type: "audio" | "text",
  context: ManifestContext,
): void {
  const firsts = streams.flatMap(({ renditions: [first] }) => first?.type === type ? [first] : []);
  const listed = streams.flatMap(({ renditions }) => renditions);
  const expected = findListedDefault(context, listed, type);
  if (!expected || isSameChoice(firsts[0]!, expected)) return;
  context.reportAt(expected.name)("default", `its stream follows that of ${firsts[0]!.name}`);
}

/** Subtitles are TTML. */
export function checkSmoothSubtitles(
  element: Element,
  { name }: Rendition,
  context: ManifestContext,
): void {
  const fourCC = getAttribute(element, "FourCC");
  if (fourCC !== "TTML") context.reportAt(name)("codec", `got FourCC ${fourCC}, expected TTML`);
}

/** By the first part of the codec string. */
const FOUR_CCS: Record<string, string> = {
  ...{ avc1: "H264", avc3: "H264", hvc1: "HVC1", hev1: "HVC1", mp4a: "AACL" },
  ...{ "ac-3": "AC-3", "ec-3": "EC-3" },
};

export function checkSmoothLevel(
  element: Element,
  rendition: MediaRendition,
  context: ManifestContext,
): void {
  const report = context.reportAt(rendition.name);
  const { audio } = context.measurements.get(rendition.name)!;
  const video = getExpectedVideo(context, rendition);
  const expect = (rule: Rule, name: string, expected: string | number | undefined) => {
    const got = getAttribute(element, name);
    if (expected === undefined || got === String(expected)) return;
    report(rule, `got ${name} ${got}, expected ${expected}`);
  };
  const codec = audio?.codec ?? video?.codecs[0];
  if (codec) expect("codec", "FourCC", FOUR_CCS[codec.split(".")[0]!] ?? "none");
  if (audio) {
    expect("rate", "SamplingRate", audio.sampleRate);
    expect("channels", "Channels", audio.channels);
  }
  if (video) {
    expect("size", "MaxWidth", video.width);
    expect("size", "MaxHeight", video.height);
  }
}
