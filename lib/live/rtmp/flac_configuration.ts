import { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { describeAudio } from "./audio_entry.ts";
import { countFlacSamples } from "./audio_frames.ts";
import type { TrackConfiguration } from "./track_configuration.ts";

const MAGIC = "fLaC";
const STREAMINFO_SIZE = 34;

/** STREAMINFO (RFC 9639 §8.2) to FLACSpecificBox, with or without `fLaC` and the header of the block. */
export function configureFlac(record: Uint8Array): TrackConfiguration {
  const isMarked = record.length >= 4 && new ByteReader(record).ascii(4) === MAGIC;
  const blocks = isMarked ? record.subarray(4) : record;
  const r = new ByteReader(blocks.length === STREAMINFO_SIZE ? blocks : readStreamInfo(blocks));
  const info = r.take(STREAMINFO_SIZE).bytes;
  const bits = info[10]! * 2 ** 16 + info[11]! * 2 ** 8 + info[12]!;
  const w = new ByteWriter(64);
  w.u32(0);
  w.u8(0x80); // the last block, of type STREAMINFO
  w.u8(0);
  w.u16(STREAMINFO_SIZE);
  w.bytes(info);
  return describeAudio({
    ...{ type: "fLaC", box: "dfLa", body: w.finish() },
    channels: (bits >> 1 & 7) + 1,
    sampleRate: bits >> 4,
  }, countFlacSamples);
}

/** Returns the first block, which has to be STREAMINFO. */
function readStreamInfo(blocks: Uint8Array): Uint8Array {
  const r = new ByteReader(blocks);
  const type = r.u8() & 127;
  if (type !== 0) {
    throw new MediaError(
      `Cannot read metadata block type ${type} of FLAC, expected STREAMINFO (0)`,
    );
  }
  return r.take(r.u24()).bytes;
}
