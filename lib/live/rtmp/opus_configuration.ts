import { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { describeAudio } from "./audio_entry.ts";
import { countOpusSamples } from "./audio_frames.ts";
import type { TrackConfiguration } from "./track_configuration.ts";

/** In Hz (RFC 6716 §1). */
const OPUS_RATE = 48000;

const MAGIC = "OpusHead";

/** The upper four bits of the version, which change the layout (RFC 7845 §5.1). */
const MAX_VERSION = 15;

/** Identification header (RFC 7845 §5.1) to OpusSpecificBox (Encapsulation of Opus in ISO Base Media File Format, 4.3.2). */
export function configureOpus(
  record: Uint8Array,
  frame: Uint8Array | undefined,
): TrackConfiguration | undefined {
  const header = record.length > 0 ? record : frame && buildOpusHeader(frame);
  if (!header) return undefined;
  const view = new DataView(header.buffer, header.byteOffset, header.length);
  const r = new ByteReader(header);
  if (r.ascii(MAGIC.length) !== MAGIC) {
    throw new MediaError(`Cannot find ${MAGIC} in the sequence header of Opus`);
  }
  const version = r.u8();
  if (version > MAX_VERSION) {
    throw new MediaError(`Cannot read version ${version} of the sequence header of Opus`);
  }
  const channels = r.u8();
  r.skip(8);
  const w = new ByteWriter(32);
  w.u8(0);
  w.u8(channels);
  w.u16(view.getUint16(10, true)); // pre-skip
  w.u32(view.getUint32(12, true)); // of the input
  w.u16(view.getUint16(16, true)); // gain
  w.bytes(readChannelMapping(r, channels));
  return describeAudio(
    { type: "Opus", box: "dOps", body: w.finish(), channels, sampleRate: OPUS_RATE },
    countOpusSamples,
  );
}

/** Returns the mapping family, and a table of streams unless it is 0. */
function readChannelMapping(r: ByteReader, channels: number): Uint8Array {
  const family = r.bytes[r.position];
  return r.take(family === 0 ? 1 : 1 + 2 + channels).bytes;
}

/** Mono or stereo, by the first packet (RFC 6716 §3.1), for an empty sequence header (Enhanced RTMP v2). */
function buildOpusHeader(frame: Uint8Array): Uint8Array {
  const isStereo = (frame[0]! & 4) !== 0;
  const header = new Uint8Array(19);
  header.set(new TextEncoder().encode(MAGIC));
  header[8] = 1;
  header[9] = isStereo ? 2 : 1;
  new DataView(header.buffer).setUint32(12, OPUS_RATE, true);
  return header;
}
