/** Properties of renditions in filters, with the names of Smooth Streaming origins. */

import { toBcp47, toIso6392 } from "../language.ts";
import { getRotatedCodedSize } from "../presentation/video_size.ts";
import type { Rendition } from "../presentation/presentation.ts";

export type Property = NumberProperty | StringProperty;

export interface NumberProperty {
  readonly kind: "number";
  /** Returns NaN if the rendition lacks the property: then only `!=` is true. */
  get(rendition: Rendition): number;
}

export interface StringProperty {
  readonly kind: "string";
  matches(rendition: Rendition, text: string): boolean;
}

const PROPERTIES: Record<string, Property> = {
  type: { kind: "string", matches: ({ type }, text) => TYPES[type].includes(text.toLowerCase()) },
  systemBitrate: { kind: "number", get: ({ bandwidth }) => bandwidth },
  systemLanguage: {
    kind: "string",
    matches: ({ language }, text) => matchesLanguage(language, text),
  },
  FourCC: {
    kind: "string",
    matches: (rendition, text) => getFourCCs(rendition).includes(text.toUpperCase()),
  },
  MaxWidth: { kind: "number", get: (rendition) => getSize(rendition).width },
  MaxHeight: { kind: "number", get: (rendition) => getSize(rendition).height },
  channels: { kind: "number", get: getChannels },
  trackName: {
    kind: "string",
    matches: ({ name }, text) => text === name || text === getBaseName(name),
  },
};

export const PROPERTY_NAMES: readonly string[] = Object.keys(PROPERTIES);

const BY_NAME = new Map(
  Object.entries(PROPERTIES).map(([name, property]) => [name.toLowerCase(), property]),
);

export function getProperty(name: string): Property | undefined {
  return BY_NAME.get(name.toLowerCase());
}

const TYPES: Record<Rendition["type"], readonly string[]> = {
  video: ["video"],
  audio: ["audio"],
  text: ["textstream", "text"],
  image: ["image", "img"],
};

/** `eng` and `en` match English of any region; `en-US` matches that tag only. */
function matchesLanguage(language: string, text: string): boolean {
  if (text.includes("-")) return toBcp47(text) === language;
  const code = toIso6392(text);
  return code === toIso6392(language) && (code !== "und" || text.toLowerCase() === "und");
}

function getFourCCs(rendition: Rendition): string[] {
  if (rendition.type === "text") return ["WVTT", "TTML"];
  const { codec, description } = rendition;
  const names = [description.codec.split(".")[0]!, codec.smooth?.fourCC ?? ""];
  return names.filter((name) => name !== "").map((name) => name.toUpperCase());
}

function getSize(rendition: Rendition): { width: number; height: number } {
  if (rendition.type !== "video" && rendition.type !== "image") return { width: NaN, height: NaN };
  return getRotatedCodedSize(rendition);
}

function getChannels(rendition: Rendition): number {
  if (rendition.type !== "audio") return NaN;
  return rendition.description.type === "audio" ? rendition.description.channels : NaN;
}

/** Returns `video_eng` for `video_eng=400000`. */
function getBaseName(name: string): string {
  return name.split("=", 1)[0]!;
}
