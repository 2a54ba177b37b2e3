/** AudioSpecificConfigs that signal SBR and parametric stereo as init segments and Smooth Streaming need it. */

import { BitReader, BitWriter } from "../../bits.ts";
import {
  AAC_SAMPLE_RATES,
  type AudioSpecificConfig,
  measureCoreConfig,
  readAudioSpecificConfig,
} from "./audio_specific_config.ts";

const AOT_SBR = 5;
const AOT_PS = 29;
const OBJECT_TYPE_BITS = 5;

const SYNC_BITS = 11;
const SYNC_SBR = 0x2B7;
const SYNC_PS = 0x548;

const ESCAPE_RATE_INDEX = 15;

/** What decoders find in the samples. */
export type Extensions = Pick<AudioSpecificConfig, "sbr" | "ps" | "sampleRate">;

/**
 * Signals extensions that only samples reveal: backward compatibly (14496-3 §1.6.5.2), or hierarchically where SBR is. Returns the
 * same bytes if the configuration signals them.
 */
export function signalExtensions(bytes: Uint8Array, found: Extensions): Uint8Array {
  const { sbr, ps } = readAudioSpecificConfig(bytes);
  if (found.sbr !== true || (sbr === true && ps === (found.ps ?? ps))) return bytes;
  const isHierarchical = readFirstObjectType(bytes) === AOT_SBR;
  return isHierarchical ? replaceFirstObjectType(bytes, AOT_PS) : appendExtension(bytes, found);
}

/** Removes a sync extension that signals the absence of SBR, which decoders of AAC-LC need not know. */
export function omitAbsentSbr(bytes: Uint8Array): Uint8Array {
  if (readAudioSpecificConfig(bytes).sbr !== false) return bytes;
  return copyCore(bytes).finish();
}

/** Builds the configuration of AAC without one, from fields of the sample entry. */
export function buildAudioSpecificConfig(
  { objectType, coreRate, channelConfiguration }: Pick<
    AudioSpecificConfig,
    "objectType" | "coreRate" | "channelConfiguration"
  >,
): Uint8Array {
  const w = new BitWriter();
  w.bits(objectType, OBJECT_TYPE_BITS);
  writeSampleRate(w, coreRate);
  w.bits(channelConfiguration, 4);
  w.bits(0, 3); // GASpecificConfig: frames of 1024 samples, no core coder, no extension
  return w.finish();
}

function readFirstObjectType(bytes: Uint8Array): number {
  return new BitReader(bytes).bits(OBJECT_TYPE_BITS);
}

function replaceFirstObjectType(bytes: Uint8Array, objectType: number): Uint8Array {
  const copy = bytes.slice();
  copy[0] = objectType << 3 | copy[0]! & 7;
  return copy;
}

function appendExtension(bytes: Uint8Array, { ps, sampleRate }: Extensions): Uint8Array {
  const w = copyCore(bytes);
  w.bits(SYNC_SBR, SYNC_BITS);
  w.bits(AOT_SBR, OBJECT_TYPE_BITS);
  w.bits(1, 1);
  writeSampleRate(w, sampleRate);
  if (ps) {
    w.bits(SYNC_PS, SYNC_BITS);
    w.bits(1, 1);
  }
  return w.finish();
}

function copyCore(bytes: Uint8Array): BitWriter {
  const w = new BitWriter();
  const r = new BitReader(bytes);
  for (let left = measureCoreConfig(bytes); left > 0; left--) w.bits(r.bit(), 1);
  return w;
}

function writeSampleRate(w: BitWriter, rate: number): void {
  const index = AAC_SAMPLE_RATES.indexOf(rate);
  w.bits(index < 0 ? ESCAPE_RATE_INDEX : index, 4);
  if (index < 0) w.bits(rate, 24);
}
