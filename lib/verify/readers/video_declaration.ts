/** Reads what the sample entry and the bitstream of video declare. */

import { BitReader } from "../../bits.ts";
import { readCharacters, viewBytes } from "./boxes.ts";
import { findAv1Sequence } from "./av1_sequence.ts";
import { findBrand, readDolbyVisionDeclaration } from "./dolby_vision.ts";
import { readNalConfiguration, splitSample } from "./nal_units.ts";
import type { EntryDeclaration } from "./sample_description.ts";
import { readAvcSequence, readHevcSequence } from "./sequence_parameters.ts";
import type { SequenceParameters } from "./sequence_parameters.ts";
import { readVvcCodec } from "./vvc_declaration.ts";
import { type ColourDeclaration, NO_USABILITY, UNKNOWN_COLOUR } from "./video_usability.ts";

export interface VideoDeclaration {
  /** RFC 6381; each of them is right. */
  readonly codecs: readonly string[];
  /** Dolby Vision with a compatible base layer: `dvh1.08.04/db1p`. */
  readonly supplemental: string | undefined;
  readonly width: number;
  readonly height: number;
  /** Width over height of a sample, by `pasp`, else by the bitstream. */
  readonly aspect: number;
  readonly hasPasp: boolean;
  readonly colour: ColourDeclaration;
  readonly range: "SDR" | "PQ" | "HLG";
}

interface Bitstream extends SequenceParameters {
  readonly codecs: readonly string[];
}

const PQ = 16;
const HLG = 18;
const BT2020 = 9;

/** Returns undefined for codecs without a reader. @throws MediaError if the configuration is truncated */
export function readVideoDeclaration(
  entry: EntryDeclaration,
  sample: Uint8Array,
): VideoDeclaration | undefined {
  const bitstream = readBitstream(entry, sample);
  if (!bitstream) return undefined;
  const { width, height } = bitstream;
  const colour = readColour(entry, bitstream.colour);
  const dolbyVision = readDolbyVisionDeclaration(entry);
  const transfer = dolbyVision?.transfer ?? colour.transfer;
  const primaries = dolbyVision?.transfer && colour.primaries === 2 ? BT2020 : colour.primaries;
  return {
    codecs: dolbyVision?.codec ? [dolbyVision.codec(bitstream.codecs[0]!)] : bitstream.codecs,
    supplemental: dolbyVision?.supplemental && findBrand(dolbyVision, colour.transfer),
    width,
    height,
    ...readAspect(entry, bitstream.aspect),
    colour: { ...colour, transfer, primaries },
    range: transfer === PQ ? "PQ" : transfer === HLG ? "HLG" : "SDR",
  };
}

function readBitstream(entry: EntryDeclaration, sample: Uint8Array): Bitstream | undefined {
  const { boxes } = entry;
  const [avcc, hvcc, av1c, vpcc, vvcc] = ["avcC", "hvcC", "av1C", "vpcC", "vvcC"].map((type) =>
    boxes.get(type)
  );
  if (avcc) return readAvc(entry, avcc, sample);
  if (hvcc) return readHevc(entry, hvcc, sample);
  if (av1c) return readAv1(entry, av1c, sample);
  if (vpcc) return readVp9(entry, vpcc);
  return vvcc && readVvc(entry, vvcc);
}

/** Types of entries whose configuration has all parameter sets, by types of those that may lack some. */
const COMPLETE_TYPES: Record<string, string> = {
  ...{ avc3: "avc1", dvav: "dva1", hev1: "hvc1", dvhe: "dvh1" },
};

interface Sets {
  readonly isComplete: boolean;
  readonly sequence: Uint8Array;
}

/** Finds the sequence parameter set in the configuration, else in the sample. */
function findSets(
  entry: EntryDeclaration,
  sample: Uint8Array,
  { types, getType }: { types: readonly number[]; getType: (nal: Uint8Array) => number },
): Sets {
  const configuration = readNalConfiguration(entry)!;
  const own = configuration.parameterSets;
  const isComplete = types.every((type) => own.some((nal) => getType(nal) === type));
  const [sequence = new Uint8Array()] = [...own, ...splitSample(sample, configuration)]
    .filter((nal) => getType(nal) === types.at(-2));
  return { isComplete, sequence };
}

function getEntryType({ type }: EntryDeclaration, { isComplete }: Sets): string {
  return isComplete ? COMPLETE_TYPES[type] ?? type : type;
}

const AVC_SETS = [7, 8];
const HEVC_SETS = [32, 33, 34];

function readAvc(entry: EntryDeclaration, avcc: Uint8Array, sample: Uint8Array): Bitstream {
  const getType = (nal: Uint8Array) => nal[0]! & 31;
  const sets = findSets(entry, sample, { types: AVC_SETS, getType });
  const profile = avcc[1] ? avcc.subarray(1, 4) : sets.sequence.subarray(1, 4);
  const codec = `${getEntryType(entry, sets)}.${profile.toHex().toUpperCase()}`;
  return { ...readAvcSequence(sets.sequence), codecs: [codec] };
}

function readHevc(entry: EntryDeclaration, hvcc: Uint8Array, sample: Uint8Array): Bitstream {
  const getType = (nal: Uint8Array) => nal[0]! >> 1 & 63;
  const sets = findSets(entry, sample, { types: HEVC_SETS, getType });
  const codec = `${getEntryType(entry, sets)}.${formatHevcProfile(hvcc)}`;
  return { ...readHevcSequence(sets.sequence), codecs: [codec] };
}

/** 14496-15 annex E.3: profile, compatibility in reverse bit order, tier and level, constraints without zeros at the end. */
function formatHevcProfile(hvcc: Uint8Array): string {
  const general = hvcc[1]!;
  const bits = viewBytes(hvcc).getUint32(2).toString(2).padStart(32, "0");
  const compatibility = parseInt([...bits].reverse().join(""), 2).toString(16).toUpperCase();
  const constraints = hvcc.subarray(6, 12).toHex().toUpperCase().replace(/(?:00)+$/, "");
  const bytes = (constraints.match(/../g) ?? []).map((byte) => byte.replace(/^0/, ""));
  const profile = `${["", "A", "B", "C"][general >> 6]}${general & 31}`;
  const level = `${general & 32 ? "H" : "L"}${hvcc[12]}`;
  return [profile, compatibility, level, ...bytes].join(".");
}

const AV1_SIZE = 4;

/** AV1-ISOBMFF §5; optional parts may be left out where they are the defaults, or unspecified. */
function readAv1(entry: EntryDeclaration, av1c: Uint8Array, sample: Uint8Array): Bitstream {
  const header = findAv1Sequence(av1c.subarray(AV1_SIZE)) ?? findAv1Sequence(sample);
  const { width, height } = header ?? entry;
  const r = new BitReader(av1c);
  r.skip(8);
  const [profile, level, tier] = [r.bits(3), r.bits(5), r.bit() ? "H" : "M"];
  const [isHigh, isTwelve, monochrome] = [r.bit(), r.bit(), r.bit()];
  const chroma = `${r.bit()}${r.bit()}${r.bits(2)}`;
  const depth = isHigh ? (isTwelve ? 12 : 10) : 8;
  const colour = header?.colour ?? UNKNOWN_COLOUR;
  const start = `${entry.type}.${profile}.${pad(level)}${tier}.${pad(depth)}`;
  const rest = `${monochrome}.${chroma}.${
    formatColour(readColour(entry, colour), (flag) => `${flag}`)
  }`;
  const isDefault = /^0\.110\.0([12])\.0\1\.0\1\.0$/.test(rest);
  const codecs = [`${start}.${rest}`, ...isDefault ? [start] : []];
  return { ...NO_USABILITY, width, height, colour, codecs };
}

/** Levels of the VP codec binding; any may be declared where the file has none. */
const VP9_LEVELS = [10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 52, 60, 61, 62];

function readVp9(entry: EntryDeclaration, vpcc: Uint8Array): Bitstream {
  const [profile = 0, level = 0, packed = 0, primaries = 2, transfer = 2, matrix = 2] = vpcc
    .subarray(4);
  const colour = { primaries, transfer, matrix, fullRange: (packed & 1) === 1 };
  const declared = readColour(entry, colour);
  const rest = `${pad(packed >> 1 & 7)}.${formatColour(declared, pad)}`;
  const isDefault = /^01\.0([12])\.0\1\.0\1\.00$/.test(rest);
  const starts = (level ? [level] : VP9_LEVELS).map((level) =>
    `${entry.type}.${pad(profile)}.${pad(level)}.${pad(packed >> 4)}`
  );
  const codecs = starts.flatMap((start) => [`${start}.${rest}`, ...isDefault ? [start] : []]);
  const { width, height } = entry;
  return { ...NO_USABILITY, width, height, colour, codecs };
}

function readVvc({ type, width, height }: EntryDeclaration, vvcc: Uint8Array): Bitstream {
  const codecs = [readVvcCodec(type, vvcc)];
  return { ...NO_USABILITY, width, height, colour: UNKNOWN_COLOUR, codecs };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

function formatColour(
  { primaries, transfer, matrix, fullRange }: ColourDeclaration,
  formatFlag: (flag: number) => string,
): string {
  return [...[primaries, transfer, matrix].map(pad), formatFlag(fullRange ? 1 : 0)].join(".");
}

/** Fields of `colr` (14496-12 §12.1.5) that are specified come before those of the bitstream. */
function readColour({ boxes }: EntryDeclaration, coded: ColourDeclaration): ColourDeclaration {
  const colr = boxes.get("colr");
  const type = colr && readCharacters(colr, 0, 4);
  if (!colr || type !== "nclx" && type !== "nclc" || colr.length < 10) return coded;
  const view = viewBytes(colr);
  const [primaries = 2, transfer = 2, matrix = 2] = [4, 6, 8].map((at) => view.getUint16(at));
  return {
    primaries: primaries === 2 ? coded.primaries : primaries,
    transfer: transfer === 2 ? coded.transfer : transfer,
    matrix: matrix === 2 ? coded.matrix : matrix,
    fullRange: type === "nclx" ? ((colr[10] ?? 0) & 128) !== 0 : coded.fullRange,
  };
}

/** Greater ratios, or smaller than its reciprocal, are ignored. */
const MAX_ASPECT = 16;

/** A PixelAspectRatioBox (14496-12 §12.1.4) comes before the bitstream. */
function readAspect(
  { boxes }: EntryDeclaration,
  coded: number,
): Pick<VideoDeclaration, "aspect" | "hasPasp"> {
  const pasp = boxes.get("pasp");
  const declared = pasp && readUsableAspect(pasp);
  return declared
    ? { aspect: declared, hasPasp: true }
    : { aspect: isUsableAspect(coded) ? coded : 1, hasPasp: false };
}

/** Returns undefined if a PixelAspectRatioBox declares no ratio that an image can have. */
export function readUsableAspect(pasp: Uint8Array): number | undefined {
  if (pasp.length < 8) return undefined;
  const aspect = viewBytes(pasp).getUint32(0) / viewBytes(pasp).getUint32(4);
  return isUsableAspect(aspect) ? aspect : undefined;
}

function isUsableAspect(aspect: number): boolean {
  return aspect >= 1 / MAX_ASPECT && aspect <= MAX_ASPECT;
}
