/** Usage rules of CPIX documents (ContentKeyUsageRule): which key encrypts which rendition. */

import type { Description } from "../codecs/codec.ts";
import type { XmlNode } from "../xml_reader.ts";
import { describeNode, findElements, getElements, readKidAttribute } from "./cpix_xml.ts";
import { invalidKeys } from "./keys_error.ts";

/** Filters of one type are alternatives. A filter of audio matches audio alone, and one of video matches video alone. */
export interface UsageRule {
  readonly kid: string;
  readonly audio: readonly AudioFilter[];
  readonly video: readonly VideoFilter[];
  /** Decides where the rule has no filter. */
  readonly trackTypes: readonly ("audio" | "video")[];
}

export interface AudioFilter {
  /** Inclusive, as the maximum. */
  readonly minChannels: number;
  readonly maxChannels: number;
}

export interface VideoFilter {
  /** Inclusive, as the maximum. */
  readonly minPixels: number;
  readonly maxPixels: number;
  /** Frames per second, exclusive; undefined: any. */
  readonly minFps?: number;
  /** Inclusive. */
  readonly maxFps?: number;
  readonly hdr?: boolean;
}

export interface ProtectedRendition {
  readonly name: string;
  readonly description: Description;
  /** Fraction: `25`, `30000/1001`. */
  readonly frameRate?: string | undefined;
}

const AUDIO_ATTRIBUTES = ["minChannels", "maxChannels"];
const VIDEO_ATTRIBUTES = ["minPixels", "maxPixels", "minFps", "maxFps", "hdr"];

/** Attributes that errors name: other names are text of the key server. */
const NAMED_ATTRIBUTES = [...AUDIO_ATTRIBUTES, ...VIDEO_ATTRIBUTES, "wcg"];

const TRACK_TYPES: ReadonlyMap<string | undefined, UsageRule["trackTypes"]> = new Map([
  ["ALL", ["audio", "video"]],
  ["AUDIO", ["audio"]],
  ["VIDEO", ["video"]],
]);

/** PQ and HLG (ISO/IEC 23091-2 §8.2). */
const HDR_TRANSFERS: readonly number[] = [16, 18];

/** @throws KeysError `KEYS_INVALID`, since key rotation is not supported */
export function rejectKeyPeriods(rules: readonly XmlNode[]): void {
  const [filter] = rules.flatMap((rule) => findElements(rule, "cpix:KeyPeriodFilter"));
  if (filter) throw invalidKeys(`Cannot use ${describeNode(filter)}: not supported`);
}

/**
 * Reads ContentKeyUsageRule elements. A rule that cannot be interpreted makes the others unusable, too (CPIX, "Usage Rules Filters").
 *
 * @param keys by KID
 * @throws KeysError `KEYS_INVALID`
 */
export function readUsageRules(
  nodes: readonly XmlNode[],
  keys: ReadonlyMap<string, unknown>,
): UsageRule[] {
  return nodes.map((node) => {
    const rule = readUsageRule(node);
    if (keys.has(rule.kid)) return rule;
    throw invalidKeys(`Cannot use ${describeNode(node)}: KID ${rule.kid} has no key`);
  });
}

function readUsageRule(node: XmlNode): UsageRule {
  const unknown = getElements(node).find(({ name }) =>
    name !== "cpix:AudioFilter" && name !== "cpix:VideoFilter"
  );
  if (unknown) throw invalidKeys(`Cannot use ${describeNode(unknown)}: not supported`);
  const audio = findElements(node, "cpix:AudioFilter").map(readAudioFilter);
  const video = findElements(node, "cpix:VideoFilter").map(readVideoFilter);
  const trackTypes = TRACK_TYPES.get(node.attributes.get("intendedTrackType")) ?? [];
  if (audio.length + video.length === 0 && trackTypes.length === 0) {
    const expected = "expected a filter, or intendedTrackType ALL, AUDIO or VIDEO";
    throw invalidKeys(`Cannot use ${describeNode(node)}: ${expected}`);
  }
  if (audio.length > 0 && video.length > 0 && trackTypes.length < 2) {
    const why = "only intendedTrackType ALL can have filters of audio and of video";
    throw invalidKeys(`Cannot use ${describeNode(node)}: ${why}`);
  }
  return { kid: readKidAttribute(node), audio, video, trackTypes };
}

function readAudioFilter(node: XmlNode): AudioFilter {
  checkAttributes(node, AUDIO_ATTRIBUTES);
  return {
    minChannels: readInteger(node, "minChannels") ?? 0,
    maxChannels: readInteger(node, "maxChannels") ?? Infinity,
  };
}

function readVideoFilter(node: XmlNode): VideoFilter {
  checkAttributes(node, VIDEO_ATTRIBUTES);
  const [minFps, maxFps] = [readInteger(node, "minFps"), readInteger(node, "maxFps")];
  const hdr = readBoolean(node, "hdr");
  return {
    minPixels: readInteger(node, "minPixels") ?? 0,
    maxPixels: readInteger(node, "maxPixels") ?? Infinity,
    ...minFps !== undefined && { minFps },
    ...maxFps !== undefined && { maxFps },
    ...hdr !== undefined && { hdr },
  };
}

/** Attributes of other namespaces are extensions, whose meaning the rule does not depend on. */
function checkAttributes(node: XmlNode, names: readonly string[]): void {
  const unknown = [...node.attributes.keys()].find((name) =>
    !name.includes(":") && !names.includes(name)
  );
  if (unknown === undefined) return;
  const name = NAMED_ATTRIBUTES.includes(unknown) ? unknown : "an attribute";
  throw invalidKeys(`Cannot use ${name} of ${describeNode(node)}: not supported`);
}

function readInteger(node: XmlNode, name: string): number | undefined {
  const text = node.attributes.get(name)?.trim();
  if (text === undefined) return undefined;
  if (/^\+?\d{1,15}$/.test(text)) return Number(text);
  throw invalidKeys(`Cannot use ${name} of ${describeNode(node)}: expected an integer`);
}

function readBoolean(node: XmlNode, name: string): boolean | undefined {
  const text = node.attributes.get(name)?.trim();
  if (text === undefined) return undefined;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw invalidKeys(`Cannot use ${name} of ${describeNode(node)}: expected true or false`);
}

/**
 * Finds the one key whose rules match each rendition. Images, which are not protected, are omitted.
 *
 * @returns KIDs by the name of the rendition
 * @throws KeysError `KEYS_INVALID` that names a rendition which no key matches, or two
 */
export function assignKeys(
  rules: readonly UsageRule[],
  renditions: readonly ProtectedRendition[],
): Map<string, string> {
  const media = renditions.filter(({ description }) => description.type !== "image");
  return new Map(media.map((rendition) => [rendition.name, findKid(rules, rendition)]));
}

function findKid(rules: readonly UsageRule[], rendition: ProtectedRendition): string {
  const matching = rules.filter((rule) => matchesRule(rule, rendition));
  const [kid, other] = new Set(matching.map(({ kid }) => kid));
  const subject = `Cannot find the key of rendition '${rendition.name}'`;
  if (kid === undefined) throw invalidKeys(`${subject}: no usage rule matches it`);
  if (other === undefined) return kid;
  throw invalidKeys(`${subject}: usage rules of KIDs ${kid} and ${other} match it`);
}

function matchesRule(rule: UsageRule, rendition: ProtectedRendition): boolean {
  const { description } = rendition;
  if (description.type === "image") return false;
  if (rule.audio.length + rule.video.length === 0) {
    return rule.trackTypes.includes(description.type);
  }
  if (description.type === "audio") {
    const { channels } = description;
    return rule.audio.some(({ minChannels, maxChannels }) =>
      minChannels <= channels && channels <= maxChannels
    );
  }
  return rule.video.some((filter) => matchesVideoFilter(filter, rendition, description));
}

function matchesVideoFilter(
  { minPixels, maxPixels, minFps, maxFps, hdr }: VideoFilter,
  { name, frameRate }: ProtectedRendition,
  description: Extract<Description, { type: "video" }>,
): boolean {
  const pixels = description.width * description.height;
  if (pixels < minPixels || pixels > maxPixels) return false;
  if (hdr !== undefined && hdr !== isHdr(description)) return false;
  if (minFps === undefined && maxFps === undefined) return true;
  if (frameRate === undefined) {
    throw invalidKeys(
      `Cannot match usage rules with rendition '${name}': its frame rate is unknown`,
    );
  }
  const [dividend, divisor = 1] = frameRate.split("/").map(Number);
  const rate = dividend! / divisor;
  return (minFps === undefined || rate > minFps) && (maxFps === undefined || rate <= maxFps);
}

/** Dolby Vision that no other decoder plays is HDR without declaring a transfer. */
function isHdr({ codec, colour }: Extract<Description, { type: "video" }>): boolean {
  return codec.startsWith("dv") || HDR_TRANSFERS.includes(colour?.transfer ?? 0);
}
