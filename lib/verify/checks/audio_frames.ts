/** Frames of sound as streams have them, back to samples: AAC comes out of ADTS, all else is as it is in the file. */

import {
  AAC_SAMPLE_RATES,
  readAudioSpecificConfig,
} from "../../codecs/aac/audio_specific_config.ts";
import { readEsds } from "../../codecs/esds.ts";
import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";
import { sampleBytes } from "../expected/source_track.ts";
import type { SourceSamples, SourceTrack } from "../expected/source_track.ts";

/**
 * Splits what is in a PES packet, or in a segment of packed audio, into samples.
 *
 * @param from sample of the window that comes first, if nothing is wrong
 */
export type Splitter = (data: Uint8Array, window: SourceSamples, from: number) => Uint8Array[];

/** @throws MediaError when the sample entry can't be read */
export function createSplitter({ track, rendition }: SourceTrack, report: Report): Splitter {
  if (rendition.codec.family !== "aac") return splitByFile;
  const header = adtsHeader(track.entries[0]!);
  return (data) => splitAdts(data, header, report);
}

/** What an ADTS header has to report of a stream, and what stands before each frame behind it. */
interface AdtsHeader {
  readonly objectType: number;
  readonly rate: number;
  readonly channels: number;
  readonly element: Uint8Array;
}

/** By AudioSpecificConfig (14496-3 §1.6.2.1); MPEG-2's streams may have none. */
function adtsHeader(entry: SampleEntry): AdtsHeader {
  const { decoderSpecificInfo } = readEsds(entry);
  if (!decoderSpecificInfo) {
    const { channels, sampleRate } = entry;
    return { objectType: 2, rate: sampleRate, channels, element: new Uint8Array() };
  }
  const config = readAudioSpecificConfig(decoderSpecificInfo);
  return {
    objectType: config.objectType,
    rate: config.coreRate,
    channels: config.channelConfiguration,
    element: config.programConfig ?? new Uint8Array(),
  };
}

/** Bytes of a header without CRC, and with one. */
const HEADER = 7;
const PROTECTED_HEADER = 9;

/** adts_frame() after adts_frame() (14496-3 §1.A.3.2). */
function splitAdts(data: Uint8Array, expected: AdtsHeader, report: Report): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < data.length;) {
    const [a, b, c, d, e, f, g] = data.subarray(at, at + HEADER) as unknown as number[];
    const size = (d! & 3) * 2048 + e! * 8 + (f! >> 5);
    const start = at + (b! & 1 ? HEADER : PROTECTED_HEADER);
    if (a !== 0xFF || (b! & 0xF6) !== 0xF0 || at + size > data.length || at + size < start) {
      throw new MediaError(`Cannot find an ADTS frame at byte ${at + 1} of ${data.length}`);
    }
    const objectType = (c! >> 6) + 1;
    const rate = AAC_SAMPLE_RATES[c! >> 2 & 15] ?? 0;
    const channels = (c! & 1) * 4 + (d! >> 6);
    const same = objectType === expected.objectType && rate === expected.rate &&
      channels === expected.channels && (g! & 3) === 0;
    if (!same) {
      report(
        "ADTS",
        `a header says type ${objectType}, ${rate} Hz, channels ${channels}; ` +
          `the file type ${expected.objectType}, ${expected.rate} Hz, channels ${expected.channels}`,
      );
    }
    frames.push(behind(expected.element, data.subarray(start, at + size), report));
    at += size;
  }
  return frames;
}

/** Where the channel configuration is 0, the element that says the channels stands in each frame. */
function behind(element: Uint8Array, frame: Uint8Array, report: Report): Uint8Array {
  if (bytesEqual(frame.subarray(0, element.length), element)) return frame.subarray(element.length);
  report("ADTS", "a frame lacks the element that says its channels");
  return frame;
}

/** Samples that are tried where another should be. */
const NEAR = 8;

/** Nothing but the file says where a sample ends: the first one near that is there whole is it. */
function splitByFile(data: Uint8Array, window: SourceSamples, from: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let next = from;
  for (let at = 0; at < data.length;) {
    const found = candidates(next, window.count).find((index) => {
      const own = sampleBytes(window, index);
      return own.length > 0 && bytesEqual(own, data.subarray(at, at + own.length));
    });
    const index = found ?? Math.min(next, window.count - 1);
    const size = Math.max(1, window.sizes[index] ?? 1);
    parts.push(data.subarray(at, at + size));
    at += size;
    next = index + 1;
  }
  return parts;
}

/** The one that is due, those behind it, those before it. */
function candidates(next: number, count: number): number[] {
  const all = [];
  for (let i = 0; i <= NEAR; i++) all.push(next + i);
  for (let i = 1; i <= NEAR; i++) all.push(next - i);
  return all.filter((index) => index >= 0 && index < count);
}
