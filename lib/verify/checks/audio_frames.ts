/** Splits the audio of MPEG-TS and packed audio into samples. */

import {
  AAC_SAMPLE_RATES,
  readAudioSpecificConfig,
} from "../../codecs/aac/audio_specific_config.ts";
import { readEsds } from "../../codecs/esds.ts";
import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import { getSourceSample } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";

/** @param from index in the window of the first expected sample */
export type Splitter = (data: Uint8Array, window: SourceSamples, from: number) => Uint8Array[];

/** @throws MediaError if the sample entry is invalid */
export function createSplitter({ track, rendition }: SourceTrack, report: Report): Splitter {
  if (rendition.codec.family !== "aac") return splitByFile;
  const headers = track.entries.map(getAdtsHeader);
  return (data, { descriptions }, from) =>
    splitAdts(
      data,
      (frame) => headers[descriptions[from + frame] ?? descriptions.at(-1) ?? 0]!,
      report,
    );
}

interface AdtsHeader {
  readonly objectType: number;
  readonly rate: number;
  readonly channels: number;
  /** Program config element in each frame; empty unless `channels` is 0. */
  readonly programConfig: Uint8Array;
}

const MPEG2_AAC_MAIN = 0x66;

/** MPEG-2 AAC may lack AudioSpecificConfig (14496-3 §1.6.2.1). */
function getAdtsHeader(entry: SampleEntry): AdtsHeader {
  const { objectType, decoderSpecificInfo } = readEsds(entry);
  if (!decoderSpecificInfo) {
    const { channels, sampleRate } = entry;
    const profile = objectType - MPEG2_AAC_MAIN + 1;
    return { objectType: profile, rate: sampleRate, channels, programConfig: new Uint8Array() };
  }
  const config = readAudioSpecificConfig(decoderSpecificInfo);
  return {
    objectType: config.objectType,
    rate: config.coreRate,
    channels: config.channelConfiguration,
    programConfig: config.programConfig ?? new Uint8Array(),
  };
}

const HEADER_SIZE = 7;
const HEADER_SIZE_WITH_CRC = 9;

/** Splits a sequence of adts_frame() (14496-3 §1.A.3.2), each with the header of its own sample entry. */
function splitAdts(
  data: Uint8Array,
  getExpected: (frame: number) => AdtsHeader,
  report: Report,
): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const [a, b, c, d, e, f, g] = data.subarray(at, at + HEADER_SIZE) as unknown as number[];
    const size = (d! & 3) * 2048 + e! * 8 + (f! >> 5);
    const start = at + (b! & 1 ? HEADER_SIZE : HEADER_SIZE_WITH_CRC);
    if (a !== 0xFF || (b! & 0xF6) !== 0xF0 || at + size > data.length || at + size < start) {
      throw new MediaError(`Cannot find an ADTS frame at byte ${at} of ${data.length}`);
    }
    const expected = getExpected(frames.length);
    const objectType = (c! >> 6) + 1;
    const rate = AAC_SAMPLE_RATES[c! >> 2 & 15] ?? 0;
    const channels = (c! & 1) * 4 + (d! >> 6);
    const same = objectType === expected.objectType && rate === expected.rate &&
      channels === expected.channels && (g! & 3) === 0;
    if (!same) {
      report(
        "ADTS",
        `got object type ${objectType}, ${rate} Hz, channel configuration ${channels}; ` +
          `expected ${expected.objectType}, ${expected.rate} Hz, ${expected.channels}`,
      );
    }
    frames.push(removeElement(expected.programConfig, data.subarray(start, at + size), report));
    at += size;
  }
  return frames;
}

function removeElement(element: Uint8Array, frame: Uint8Array, report: Report): Uint8Array {
  if (bytesEqual(frame.subarray(0, element.length), element)) return frame.subarray(element.length);
  report("ADTS", "a frame lacks the program config element");
  return frame;
}

const MAX_DISTANCE = 8;

/** Splits by the sizes of the file's samples, since the frames do not all declare theirs. */
function splitByFile(data: Uint8Array, window: SourceSamples, from: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let next = from;
  for (let at = 0; at < data.length;) {
    const found = getCandidates(next, window.count).find((index) => {
      const sample = getSourceSample(window, index);
      return sample.length > 0 && bytesEqual(sample, data.subarray(at, at + sample.length));
    });
    const index = found ?? Math.min(next, window.count - 1);
    const size = Math.max(1, window.sizes[index] ?? 1);
    parts.push(data.subarray(at, at + size));
    at += size;
    next = index + 1;
  }
  return parts;
}

function getCandidates(next: number, count: number): number[] {
  const all = [];
  for (let i = 0; i <= MAX_DISTANCE; i++) all.push(next + i);
  for (let i = 1; i <= MAX_DISTANCE; i++) all.push(next - i);
  return all.filter((index) => index >= 0 && index < count);
}
