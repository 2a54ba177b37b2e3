/** What a filter may ask of a rendition. Names are those that clients of Smooth Streaming origins know. */

import { toBcp47, toIso6392 } from "../language.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { Rendition } from "../presentation/presentation.ts";

/** A property is compared as a number, or is told from texts. */
export type Property = NumberProperty | TextProperty;

export interface NumberProperty {
  readonly kind: "number";
  /** NaN where the rendition has no such thing: then it is unequal to every number, and neither less nor more. */
  of(rendition: Rendition): number;
}

export interface TextProperty {
  readonly kind: "text";
  /** The text is a name of what the rendition has. */
  is(rendition: Rendition, text: string): boolean;
}

/** Names as they are documented. A filter may write them in any case. */
const PROPERTIES: Record<string, Property> = {
  type: { kind: "text", is: ({ type }, text) => TYPES[type].includes(text.toLowerCase()) },
  systemBitrate: { kind: "number", of: ({ bandwidth }) => bandwidth },
  systemLanguage: { kind: "text", is: ({ language }, text) => isLanguage(language, text) },
  FourCC: {
    kind: "text",
    is: (rendition, text) => fourCCs(rendition).includes(text.toUpperCase()),
  },
  MaxWidth: { kind: "number", of: (rendition) => pictureOf(rendition).width },
  MaxHeight: { kind: "number", of: (rendition) => pictureOf(rendition).height },
  channels: { kind: "number", of: channelsOf },
  trackName: { kind: "text", is: ({ name }, text) => text === name || text === baseOf(name) },
};

export const PROPERTY_NAMES: readonly string[] = Object.keys(PROPERTIES);

const BY_NAME = new Map(
  Object.entries(PROPERTIES).map(([name, property]) => [name.toLowerCase(), property]),
);

/** The property of that name, in any case. */
export function getProperty(name: string): Property | undefined {
  return BY_NAME.get(name.toLowerCase());
}

const TYPES: Record<Rendition["type"], readonly string[]> = {
  video: ["video"],
  audio: ["audio"],
  text: ["textstream", "text"],
  image: ["image", "img"],
};

/** `eng`, `en`: English of any region; `en-US`: that alone. */
function isLanguage(language: string, text: string): boolean {
  if (text.includes("-")) return toBcp47(text) === language;
  const code = toIso6392(text);
  return code === toIso6392(language) && (code !== "und" || text.toLowerCase() === "und");
}

/** As manifests call the codec: the sample entry of DASH and HLS, the FourCC of Smooth Streaming. In capitals. */
function fourCCs(rendition: Rendition): string[] {
  if (rendition.type === "text") return ["WVTT", "TTML"];
  const { codec, description } = rendition;
  const names = [description.codec.split(".")[0]!, codec.smooth?.fourCC ?? ""];
  return names.filter((name) => name !== "").map((name) => name.toUpperCase());
}

/** As DASH says it: in pixels as coded, and as they come out of the rotation. */
function pictureOf(rendition: Rendition): { width: number; height: number } {
  if (rendition.type !== "video" && rendition.type !== "image") return { width: NaN, height: NaN };
  return getRotatedCodedSize(rendition);
}

function channelsOf(rendition: Rendition): number {
  if (rendition.type !== "audio") return NaN;
  return rendition.description.type === "audio" ? rendition.description.channels : NaN;
}

/** `video_eng` of `video_eng=400000`: all qualities have it. */
function baseOf(name: string): string {
  return name.split("=", 1)[0]!;
}
