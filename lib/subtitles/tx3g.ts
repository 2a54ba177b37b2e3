/** 3GPP Timed Text (TS 26.245) and QuickTime text, its predecessor. */

import { isUtf8 } from "node:buffer";
import { ByteReader } from "../bytes.ts";
import { readBoxes } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { formatColor } from "./color.ts";
import { layoutInBox } from "./cue_box.ts";
import type { CueAlignment, CueBox, DisplayAlign } from "./cue_box.ts";
import type { SampledCue } from "./cue_merger.ts";
import { formatCueSettings } from "./cue_settings.ts";
import { formatCueText } from "./cue_text.ts";
import type { CueNode } from "./cue_text.ts";
import type { StyleClasses, TextStyle } from "./text_style.ts";

/** In pixels of the movie. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Tx3gEntry {
  /** Shown even if subtitles are off (Apple). */
  readonly forced: "none" | "some" | "all";
  readonly align: CueAlignment;
  readonly displayAlign: DisplayAlign;
  readonly box: Rectangle;
  readonly style: TextStyle;
}

const SOME_FORCED = 0x40000000;
const ALL_FORCED = 0x80000000;

const HEADER_SIZE = 16;
const FIELDS_SIZE = 30;

const DEFAULT_ENTRY: Tx3gEntry = {
  forced: "none",
  align: "center",
  displayAlign: "after",
  box: { x: 0, y: 0, width: 0, height: 0 },
  style: {},
};

/** Ignores the styles of QuickTime's `text`, which are rarely intended. */
export function readTx3gEntry({ type, bytes }: SampleEntry): Tx3gEntry {
  if (type !== "tx3g" || bytes.length < HEADER_SIZE + FIELDS_SIZE) return DEFAULT_ENTRY;
  const r = new ByteReader(bytes.subarray(HEADER_SIZE));
  const flags = r.u32();
  const [horizontal, vertical] = [r.u8(), r.u8()];
  r.skip(4);
  const box = readBoxRecord(r);
  r.skip(4);
  return {
    forced: flags & ALL_FORCED ? "all" : flags & SOME_FORCED ? "some" : "none",
    align: horizontal === 0 ? "left" : horizontal === 1 ? "center" : "right",
    displayAlign: vertical === 0 ? "before" : vertical === 1 ? "center" : "after",
    box,
    style: readStyle(r),
  };
}

function readBoxRecord(r: ByteReader): Rectangle {
  const [top, left, bottom, right] = [r.i16(), r.i16(), r.i16(), r.i16()];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const BOLD = 1;
const ITALIC = 2;
const UNDERLINE = 4;
const WHITE = "#ffffff";

function readStyle(r: ByteReader): TextStyle {
  r.skip(2);
  const face = r.u8();
  r.skip(1);
  const channels = [r.u8(), r.u8(), r.u8(), r.u8()];
  const color = formatColor(channels);
  return {
    bold: (face & BOLD) !== 0,
    italic: (face & ITALIC) !== 0,
    underline: (face & UNDERLINE) !== 0,
    color: color === WHITE || channels[3] === 0 ? undefined : color, // encoders leave unused colours transparent
  };
}

interface StyledCharacters {
  readonly start: number;
  readonly end: number;
  readonly style: TextStyle;
}

export interface Tx3gSample {
  readonly cue: SampledCue;
  /** Shown even if subtitles are off (Apple's `frcd`). */
  readonly forced: boolean;
}

export interface Tx3gGeometry {
  readonly track: Rectangle;
  readonly video: { readonly width: number; readonly height: number };
}

/**
 * Returns undefined if the sample (§5.17) has no text.
 *
 * @throws MediaError if the text is truncated or a box size is invalid
 */
export function readTx3gSample(
  bytes: Uint8Array,
  entry: Tx3gEntry,
  { geometry, classes }: { geometry: Tx3gGeometry; classes: StyleClasses },
): Tx3gSample | undefined {
  const r = new ByteReader(bytes);
  if (r.left < 2) return undefined;
  const text = decodeTx3gText(r.take(r.u16()).bytes);
  if (text.trim() === "") return undefined;
  const modifiers = readModifiers(r);
  const nodes = applyStyles(text, entry.style, modifiers.styles, classes);
  return {
    cue: {
      id: "",
      settings: toCueSettings(entry, modifiers.box ?? entry.box, geometry),
      text: formatCueText(nodes),
    },
    forced: modifiers.forced,
  };
}

/** UTF-8, UTF-16 with a byte order mark, or Mac OS Roman (QuickTime). */
function decodeTx3gText(bytes: Uint8Array): string {
  const isBigEndian = bytes[0] === 0xFE && bytes[1] === 0xFF;
  const isLittleEndian = bytes[0] === 0xFF && bytes[1] === 0xFE;
  const charset = isBigEndian
    ? "utf-16be"
    : isLittleEndian
    ? "utf-16le"
    : isUtf8(bytes)
    ? "utf-8"
    : "macintosh";
  return new TextDecoder(charset).decode(bytes).replace(/\r\n?|\u2028/g, "\n").replaceAll("\0", "");
}

interface Modifiers {
  styles: StyledCharacters[];
  box?: Rectangle;
  forced: boolean;
}

function readModifiers(r: ByteReader): Modifiers {
  const modifiers: Modifiers = { styles: [], forced: false };
  readBoxes(r, {
    styl: (r) => modifiers.styles = readStyl(r),
    tbox: (r) => modifiers.box = readBoxRecord(r),
    frcd: () => modifiers.forced = true,
  });
  return modifiers;
}

const STYLE_RECORD_SIZE = 12;

function readStyl(r: ByteReader): StyledCharacters[] {
  const count = Math.min(r.u16(), Math.floor(r.left / STYLE_RECORD_SIZE)); // some muxers count more records than they write
  return Array.from(
    { length: count },
    () => ({ start: r.u16(), end: r.u16(), style: readStyle(r) }),
  );
}

/** Records must not overlap (§5.17.1.1); if they do, the earlier wins. */
function applyStyles(
  text: string,
  style: TextStyle,
  styles: readonly StyledCharacters[],
  classes: StyleClasses,
): CueNode[] {
  const all = [...text];
  const nodes: CueNode[][] = [];
  let at = 0;
  const add = (end: number, runStyle: TextStyle) => {
    if (end > at) nodes.push(classes.apply(runStyle, [all.slice(at, end).join("")]));
    at = Math.max(at, end);
  };
  for (const record of styles) {
    add(Math.min(record.start, all.length), style);
    add(Math.min(record.end, all.length), record.style);
  }
  add(all.length, style);
  return nodes.flat();
}

function toCueSettings(
  { align, displayAlign }: Tx3gEntry,
  box: Rectangle,
  geometry: Tx3gGeometry,
): string {
  const percentBox = toPercentBox(box, geometry);
  if (percentBox) return formatCueSettings(layoutInBox(percentBox, align, displayAlign));
  if (displayAlign === "before") return formatCueSettings({ align, line: 0, lineIsNumber: true });
  if (displayAlign === "center") return formatCueSettings({ align, line: 50, lineAlign: "center" });
  return formatCueSettings({ align });
}

function toPercentBox(box: Rectangle, { track, video }: Tx3gGeometry): CueBox | undefined {
  if (!(track.width > 0 && track.height > 0 && video.width > 0 && video.height > 0)) {
    return undefined;
  }
  const own = box.width > 0 && box.height > 0;
  const [x, y] = own ? [track.x + box.x, track.y + box.y] : [track.x, track.y];
  const [width, height] = own ? [box.width, box.height] : [track.width, track.height];
  const left = clampPercent(x * 100 / video.width);
  const top = clampPercent(y * 100 / video.height);
  return {
    x: left,
    y: top,
    width: clampPercent((x + width) * 100 / video.width) - left,
    height: clampPercent((y + height) * 100 / video.height) - top,
  };
}

function clampPercent(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
