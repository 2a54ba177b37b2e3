/** Compares the program map of MPEG-TS (13818-1 §2.4.4.8) with the tracks of the file. */

import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { isSamePrimary } from "../expected/language_tags.ts";
import type { SourceTrack } from "../expected/source_track.ts";
import type { Report } from "../findings.ts";
import { readCharacters } from "../readers/boxes.ts";
import { readElementaryStream } from "../readers/elementary_stream.ts";
import type { DemuxedSegment } from "../readers/ts_demuxer.ts";

/** By configuration box (§2.4.4.9). */
const STREAM_TYPES: Record<string, number> = { avcC: 0x1B, hvcC: 0x24 };

const AAC_IN_ADTS = 0x0F;
const MPEG1_AUDIO_STREAM = 0x03;

/** objectTypeIndication of MP3 (mp4ra.org). */
const MP3_OBJECT_TYPES = [0x69, 0x6B];

/** @param tracks of which the first is video */
export function checkTables(
  { map }: Pick<DemuxedSegment, "map">,
  tracks: readonly Pick<SourceTrack, "track" | "rendition">[],
  report: Report,
): void {
  const expected = tracks.map(({ track }) => findStreamType(track.entries[0]!));
  const got = map.streams.map(({ streamType }) => streamType).join();
  if (got !== expected.join()) {
    report("tables", `got stream types ${got}, expected ${expected.join()}`);
  }
  for (const [i, { descriptors }] of map.streams.entries()) {
    checkDescriptors(descriptors, tracks[i]?.rendition.language ?? "", report);
  }
  if (map.pcrPid !== map.streams[0]?.pid) report("PCR", "PCR_PID is not that of the video");
}

function findStreamType({ type, boxes }: SampleEntry): number {
  const box = Object.keys(STREAM_TYPES).find((name) => boxes.has(name));
  if (box) return STREAM_TYPES[box]!;
  const { objectType } = readElementaryStream(boxes.get("esds") ?? new Uint8Array());
  const isMp3 = type !== "mp4a" || MP3_OBJECT_TYPES.includes(objectType);
  return isMp3 ? MPEG1_AUDIO_STREAM : AAC_IN_ADTS;
}

const LANGUAGE_DESCRIPTOR = 10;

/** ISO_639_language_descriptor (§2.6.18) is optional; the codecs need no other one. */
function checkDescriptors(bytes: Uint8Array, language: string, report: Report): void {
  for (let at = 0; at + 2 <= bytes.length; at += 2 + bytes[at + 1]!) {
    const code = readCharacters(bytes, at + 2, at + 5);
    if (bytes[at] !== LANGUAGE_DESCRIPTOR) report("tables", `got descriptor ${bytes[at]}`);
    else if (!isSamePrimary(code, language)) {
      report("language", `got ${code} in the program map, expected ${language}`);
    }
  }
}
