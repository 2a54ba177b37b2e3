/** Timed Text of 3GPP (TS 26.245), and QuickTime's text, which it came from: samples become cues. */

import { isUtf8 } from "node:buffer";
import { ByteReader } from "../bytes.ts";
import { readBoxes } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { colorOf } from "./color.ts";
import { placeInBox } from "./cue_box.ts";
import type { Align, CueBox, DisplayAlign } from "./cue_box.ts";
import type { SampledCue } from "./cue_merger.ts";
import { formatSettings } from "./cue_settings.ts";
import { formatCueText } from "./cue_text.ts";
import type { CueNode } from "./cue_text.ts";
import type { Classes, Look } from "./text_style.ts";

/** In pixels, from the movie's top left corner. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What an entry says of all its samples (§5.16). */
export interface Tx3gEntry {
  /** Some of the samples, or all, are to be shown also where subtitles are off: flags that Apple added. */
  readonly forced: "none" | "some" | "all";
  readonly align: Align;
  readonly displayAlign: DisplayAlign;
  /** In the track's own rectangle. */
  readonly box: Rectangle;
  readonly look: Look;
}

const SOME_FORCED = 0x40000000;
const ALL_FORCED = 0x80000000;

/** Bytes before an entry's own fields: the box's header, reserved, data_reference_index. */
const HEADER = 16;
const FIELDS = 30;

const PLAIN: Tx3gEntry = {
  forced: "none",
  align: "center",
  displayAlign: "after",
  box: { x: 0, y: 0, width: 0, height: 0 },
  look: {},
};

/** What is said of text in QuickTime's own entry is left out, as it is most often not meant. */
export function readTx3gEntry({ type, bytes }: SampleEntry): Tx3gEntry {
  if (type !== "tx3g" || bytes.length < HEADER + FIELDS) return PLAIN;
  const r = new ByteReader(bytes.subarray(HEADER));
  const flags = r.u32();
  const [across, down] = [r.u8(), r.u8()];
  r.skip(4); // background
  const box = readBoxRecord(r);
  r.skip(4); // characters
  return {
    forced: flags & ALL_FORCED ? "all" : flags & SOME_FORCED ? "some" : "none",
    align: across === 0 ? "left" : across === 1 ? "center" : "right",
    displayAlign: down === 0 ? "before" : down === 1 ? "center" : "after",
    box,
    look: readLook(r),
  };
}

/** BoxRecord (§5.16): top, left, bottom, right. */
function readBoxRecord(r: ByteReader): Rectangle {
  const [top, left, bottom, right] = [r.i16(), r.i16(), r.i16(), r.i16()];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const BOLD = 1;
const ITALIC = 2;
const UNDERLINE = 4;
const WHITE = "#ffffff";

/** StyleRecord (§5.16) behind its characters: font, face, size, colour. */
function readLook(r: ByteReader): Look {
  r.skip(2);
  const face = r.u8();
  r.skip(1);
  const channels = [r.u8(), r.u8(), r.u8(), r.u8()];
  const color = colorOf(channels);
  return {
    bold: (face & BOLD) !== 0,
    italic: (face & ITALIC) !== 0,
    underline: (face & UNDERLINE) !== 0,
    color: color === WHITE || channels[3] === 0 ? undefined : color, // what can't be seen is not meant
  };
}

interface StyledCharacters {
  /** In characters of the text. */
  readonly start: number;
  readonly end: number;
  readonly look: Look;
}

export interface Tx3gSample {
  readonly cue: SampledCue;
  /** To be shown also where subtitles are off (Apple's `frcd`). */
  readonly forced: boolean;
}

/** Where a track's text stands: its own rectangle, and the size of the picture below it. */
export interface Tx3gPlace {
  readonly track: Rectangle;
  readonly picture: { readonly width: number; readonly height: number };
}

/**
 * The cue of a sample (§5.17); undefined for one without text, which says that nothing is shown.
 *
 * @throws MediaError when its text is cut off, or a box's size lies
 */
export function readTx3gSample(
  bytes: Uint8Array,
  entry: Tx3gEntry,
  { place, classes }: { place: Tx3gPlace; classes: Classes },
): Tx3gSample | undefined {
  const r = new ByteReader(bytes);
  if (r.left < 2) return undefined;
  const text = textOf(r.take(r.u16()).bytes);
  if (text.trim() === "") return undefined;
  const modifiers = readModifiers(r);
  const nodes = styled(text, entry.look, modifiers.styles, classes);
  return {
    cue: {
      id: "",
      settings: settingsOf(entry, modifiers.box ?? entry.box, place),
      text: formatCueText(nodes),
    },
    forced: modifiers.forced,
  };
}

/** UTF-8, or UTF-16 with its mark; QuickTime's may be of old Macs. */
function textOf(bytes: Uint8Array): string {
  const marked = bytes[0] === 0xFE && bytes[1] === 0xFF;
  const turned = bytes[0] === 0xFF && bytes[1] === 0xFE;
  const charset = marked ? "utf-16be" : turned ? "utf-16le" : isUtf8(bytes) ? "utf-8" : "macintosh";
  return new TextDecoder(charset).decode(bytes).replace(/\r\n?|\u2028/g, "\n").replaceAll("\0", "");
}

interface Modifiers {
  styles: StyledCharacters[];
  box?: Rectangle;
  forced: boolean;
}

/** Boxes behind the text (§5.17.1): those that a cue can say. */
function readModifiers(r: ByteReader): Modifiers {
  const modifiers: Modifiers = { styles: [], forced: false };
  readBoxes(r, {
    styl: (r) => modifiers.styles = readStyl(r),
    tbox: (r) => modifiers.box = readBoxRecord(r),
    frcd: () => modifiers.forced = true,
  });
  return modifiers;
}

/** Bytes of a StyleRecord. */
const STYLE_RECORD = 12;

/** Text Style (§5.17.1.1). In a sample. */
function readStyl(r: ByteReader): StyledCharacters[] {
  const count = Math.min(r.u16(), Math.floor(r.left / STYLE_RECORD)); // some count more than they write
  return Array.from({ length: count }, () => ({ start: r.u16(), end: r.u16(), look: readLook(r) }));
}

/** Records count characters, stand in order, and don't overlap (§5.17.1.1); where they do, the later counts from its start on. */
function styled(
  text: string,
  look: Look,
  styles: readonly StyledCharacters[],
  classes: Classes,
): CueNode[] {
  const all = [...text];
  const nodes: CueNode[] = [];
  let at = 0;
  const add = (end: number, look: Look) => {
    if (end > at) nodes.push(...classes.dressed(look, [all.slice(at, end).join("")]));
    at = Math.max(at, end);
  };
  for (const style of styles) {
    add(Math.min(style.start, all.length), look);
    add(Math.min(style.end, all.length), style.look);
  }
  add(all.length, look);
  return nodes;
}

/** "" where the file says nothing that can be placed. */
function settingsOf({ align, displayAlign }: Tx3gEntry, box: Rectangle, place: Tx3gPlace): string {
  const inPicture = inPercent(box, place);
  if (inPicture) return formatSettings(placeInBox(inPicture, align, displayAlign));
  if (displayAlign === "before") return formatSettings({ align, line: 0, lineIsNumber: true });
  if (displayAlign === "center") return formatSettings({ align, line: 50, lineAlign: "center" });
  return formatSettings({ align });
}

function inPercent(box: Rectangle, { track, picture }: Tx3gPlace): CueBox | undefined {
  if (!(track.width > 0 && track.height > 0 && picture.width > 0 && picture.height > 0)) {
    return undefined;
  }
  const own = box.width > 0 && box.height > 0;
  const [x, y] = own ? [track.x + box.x, track.y + box.y] : [track.x, track.y];
  const [width, height] = own ? [box.width, box.height] : [track.width, track.height];
  const left = clamped(x * 100 / picture.width);
  const top = clamped(y * 100 / picture.height);
  return {
    x: left,
    y: top,
    width: clamped((x + width) * 100 / picture.width) - left,
    height: clamped((y + height) * 100 / picture.height) - top,
  };
}

function clamped(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
