/** Reads an MPD as a client does: Representations, and the URLs of their segments. */

import { parse } from "@libs/xml";
import { fillTemplate, readSegments } from "../lib/verify/manifests/segment_template.ts";
import { type Element, getChild, getChildren } from "../lib/verify/readers/xml_elements.ts";

export interface Representation {
  readonly id: string;
  readonly mimeType: string;
  readonly codecs: string;
  /** Attribute of its AdaptationSet. */
  readonly language: string;
  readonly width: number;
  readonly height: number;
  /** Timescale of segment times. */
  readonly timescale: number;
  /** Segment time at the start of the Period. */
  readonly offset: number;
  /** Absolute URL; "" without an init segment (subtitles, images). */
  readonly init: string;
  readonly segments: readonly Segment[];
}

export interface Segment {
  /** Absolute. */
  readonly url: string;
  /** In the timescale of its Representation. */
  readonly time: number;
  readonly duration: number;
}

/** Representations whose segments contain the samples of the file and nothing else, which excludes subtitles. */
export function withoutSubtitles(representations: readonly Representation[]): Representation[] {
  return representations.filter(({ mimeType, codecs }) =>
    mimeType !== "text/vtt" && !codecs?.startsWith("stpp")
  );
}

/** A Period, and its Representations. */
export interface Period {
  readonly id: string;
  /** In seconds. */
  readonly start: number;
  readonly representations: Representation[];
}

/**
 * Reads the first Period.
 *
 * @param text the MPD
 * @param url URL of the MPD, the base of its own URLs
 */
export function readMpd(text: string, url: string): Representation[] {
  return readPeriods(text, url)[0]!.representations;
}

/** Reads all Periods; parameters: `readMpd()`. */
export function readPeriods(text: string, url: string): Period[] {
  const periods = getChildren(getChild(parse(text) as Element, "MPD"), "Period");
  return periods.map((period) => ({
    id: String(period["@id"]),
    start: readSeconds(period["@start"]) || 0,
    representations: readRepresentations(period, url),
  }));
}

/** Reads `PT1.5S`, the format of AMS. */
function readSeconds(duration: unknown): number {
  return Number(/^PT([\d.]+)S$/.exec(String(duration))?.[1]);
}

function readRepresentations(period: Element, url: string): Representation[] {
  const seconds = readSeconds(period["@duration"]);
  return getChildren(period, "AdaptationSet").flatMap((set) =>
    getChildren(set, "Representation").map((one) => read(one, set, { url, seconds }))
  );
}

function read(
  representation: Element,
  set: Element,
  { url: mpdUrl, seconds }: { url: string; seconds: number },
): Representation {
  const attribute = (name: string) => String(representation[`@${name}`] ?? set[`@${name}`] ?? "");
  const id = attribute("id");
  const [template] = [
    ...getChildren(representation, "SegmentTemplate"),
    ...getChildren(set, "SegmentTemplate"),
  ];
  const base = String(representation["BaseURL"] ?? set["BaseURL"] ?? "");
  const resolve = (path: string) => new URL(path, new URL(base, mpdUrl)).href;
  const expand = (name: "initialization" | "media", at: { time?: number; number?: number } = {}) =>
    resolve(fillTemplate(template!, name, { id, ...at }));
  return {
    id,
    mimeType: attribute("mimeType"),
    codecs: attribute("codecs"),
    language: attribute("lang"),
    width: Number(attribute("width")),
    height: Number(attribute("height")),
    timescale: Number(template?.["@timescale"] ?? 1),
    offset: Number(template?.["@presentationTimeOffset"] ?? 0),
    init: template?.["@initialization"] ? expand("initialization") : "",
    segments: template
      ? readSegments(template, seconds).map(({ number, time, duration }) => ({
        time,
        duration,
        url: expand("media", { time, ...number !== undefined && { number } }),
      }))
      : [{ url: resolve(""), time: 0, duration: 0 }],
  };
}
