/** What a TTML document of Smooth Streaming shows: enough of it to compare cues. */

import { MediaError } from "../../errors.ts";

/** Times in milliseconds. */
export interface Paragraph {
  readonly begin: number;
  readonly end: number;
  /** Without tags; lines are parted by LF. */
  readonly text: string;
}

/** The paragraphs, in document order. @throws MediaError when a time can't be read, or it is no document of TTML */
export function readTtml(bytes: Uint8Array): Paragraph[] {
  const document = new TextDecoder().decode(bytes);
  if (!/<tt[\s>]/.test(document)) throw new MediaError("Cannot find the element tt");
  return [...document.matchAll(/<p(\s[^>]*)?>([^]*?)<\/p>/g)].map((
    [, attributes = "", content],
  ) => ({
    begin: clock(attributes, "begin"),
    end: clock(attributes, "end"),
    text: plain(content!.replace(/<br\s*\/>/g, "\n")),
  }));
}

function clock(attributes: string, name: string): number {
  const value = new RegExp(`\\s${name}="(\\d+):(\\d{2}):(\\d{2})\\.(\\d{3})"`).exec(attributes);
  if (!value) throw new MediaError(`Cannot read ${name} of a paragraph`);
  const [hours, minutes, seconds, thousandths] = value.slice(1).map(Number);
  return ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + thousandths!;
}

const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00A0",
  lrm: "\u200E",
  rlm: "\u200F",
};

/** Text without tags and entities, of XML or of WebVTT; blanks at the ends of lines count for nothing. */
export function plain(markup: string): string {
  const text = markup.replace(/<[^>]*(?:>|$)/g, "");
  const characters = text.replace(/&(?:(\w+)|#(\d+)|#x([0-9a-f]+));/gi, (all, name, ten, hex) => {
    if (name) return NAMED[name] ?? all;
    const code = ten ? Number(ten) : parseInt(hex, 16);
    return code <= 0x10FFFF ? String.fromCodePoint(code) : all;
  });
  return characters.split("\n").map((line) => line.trim()).join("\n");
}
