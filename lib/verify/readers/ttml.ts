/** Reads the cues of a Smooth Streaming TTML document. */

import { MediaError } from "../../errors.ts";

/** Times in milliseconds. */
export interface TimedParagraph {
  readonly begin: number;
  readonly end: number;
  /** Without tags, with lines separated by LF. */
  readonly text: string;
}

/** @throws MediaError without a tt element, or if a time is invalid */
export function readTtml(bytes: Uint8Array): TimedParagraph[] {
  const document = new TextDecoder().decode(bytes);
  if (!/<tt[\s>]/.test(document)) throw new MediaError("Cannot find the element tt");
  return [...document.matchAll(/<p(\s[^>]*)?>([^]*?)<\/p>/g)].map((
    [, attributes = "", content],
  ) => ({
    begin: readTime(attributes, "begin"),
    end: readTime(attributes, "end"),
    text: stripMarkup(content!.replace(/<br\s*\/>/g, "\n")),
  }));
}

function readTime(attributes: string, name: string): number {
  const value = new RegExp(`\\s${name}="(\\d+):(\\d{2}):(\\d{2})\\.(\\d{3})"`).exec(attributes);
  if (!value) throw new MediaError(`Cannot read ${name} of a paragraph`);
  const [hours, minutes, seconds, milliseconds] = value.slice(1).map(Number);
  return ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + milliseconds!;
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
  lrm: "\u200E",
  rlm: "\u200F",
};

/** Removes tags, entities and blanks at the ends of lines from XML or WebVTT text. */
export function stripMarkup(markup: string): string {
  const text = markup.replace(/<[^>]*(?:>|$)/g, "");
  const characters = text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, ten, hex) => {
    if (name) return ENTITIES[name] ?? all;
    const code = ten ? Number(ten) : parseInt(hex, 16);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
  return characters.split("\n").map((line) => line.trim()).join("\n");
}
