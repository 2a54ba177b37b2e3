/** Compares closed captions that manifests declare with those of the package (docs/package-format.md). */

import type { Rendition } from "../../presentation/presentation.ts";
import { canonicalize, isSameLanguage } from "../expected/language_tags.ts";
import { findTags, parseAttributes, type Playlist } from "../readers/playlist.ts";
import { getAttribute, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { ManifestContext } from "./manifest_context.ts";

/** Languages by channel: `CC1`, `SERVICE1`. */
type Channels = ReadonlyMap<string, string>;

/** EXT-X-MEDIA of TYPE=CLOSED-CAPTIONS; without any, each variant has CLOSED-CAPTIONS=NONE (RFC 8216bis §4.4.6.2). */
export function checkHlsCaptions(playlist: Playlist, context: ManifestContext): void {
  const renditions = [...context.presentation.renditions.values()];
  const expected = listChannels(renditions);
  const declared = findTags(playlist, "EXT-X-MEDIA").map(parseAttributes)
    .filter(({ TYPE }) => TYPE === "CLOSED-CAPTIONS");
  const got = new Map(declared.map((tag) => [tag["INSTREAM-ID"] ?? "", tag["LANGUAGE"] ?? ""]));
  const hasVideo = renditions.some(({ type }) => type === "video");
  if (hasVideo) compareChannels(got, expected, context);
  for (const { tags } of playlist.uris) {
    const isNone = parseAttributes(tags.at(-1)!)["CLOSED-CAPTIONS"] === "NONE";
    if (hasVideo && isNone !== (expected.size === 0)) {
      context.reportAt()("label", `CLOSED-CAPTIONS is ${isNone ? "" : "not "}NONE`);
    }
  }
}

const CEA_608_SCHEME = "urn:scte:dash:cc:cea-608:2015";
const CEA_708_SCHEME = "urn:scte:dash:cc:cea-708:2015";

/** Accessibility of SCTE 214-1 §7.2: `CC1=eng;CC3=fra` for CEA-608, `1=lang:eng` for CEA-708. */
export function checkMpdCaptions(
  element: Element,
  renditions: readonly Rendition[],
  context: ManifestContext,
): void {
  const got = new Map<string, string>();
  for (const child of getChildren(element, "Accessibility")) {
    const scheme = getAttribute(child, "schemeIdUri");
    const prefix = scheme === CEA_608_SCHEME
      ? ""
      : scheme === CEA_708_SCHEME
      ? "SERVICE"
      : undefined;
    if (prefix === undefined) continue;
    for (const part of getAttribute(child, "value").split(";")) {
      const [channel, language = ""] = part.split(/=(?:lang:)?/);
      got.set(`${prefix}${channel}`, language);
    }
  }
  compareChannels(got, listChannels(renditions), context);
}

function listChannels(renditions: readonly Rendition[]): Channels {
  const captions = renditions.flatMap((one) => one.type === "video" ? one.captions ?? [] : []);
  return new Map(captions.reverse().map(({ channel, language }) => [channel, language]));
}

function compareChannels(got: Channels, expected: Channels, context: ManifestContext): void {
  const report = context.reportAt();
  for (const channel of new Set([...got.keys(), ...expected.keys()])) {
    const [declared, own] = [got.get(channel), expected.get(channel)];
    if (declared === undefined || own === undefined) {
      report(
        "language",
        `got captions ${declared ?? "none"} of ${channel}, expected ${own ?? "none"}`,
      );
    } else if (!isSameCaptionLanguage(declared, own)) {
      report("language", `got ${declared} of ${channel}, expected ${own}`);
    }
  }
}

/** DASH has three letters, without script and region. */
function isSameCaptionLanguage(declared: string, own: string): boolean {
  const isPlain = /^[a-z]{3}$/.test(declared);
  return isSameLanguage(declared, isPlain ? canonicalize(own).split("-")[0]! : own);
}
