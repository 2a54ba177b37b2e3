/** Descriptors of an IA sequence (Immersive Audio Model and Formats §3), as far as manifests need them. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";

/** Values of obu_type (§3.2). */
const CODEC_CONFIG = 0;
const AUDIO_ELEMENT = 1;
const SEQUENCE_HEADER = 31;

const HAS_TRIMMING = 2;
const HAS_EXTENSION = 1;

export interface IamfDescriptors {
  readonly profiles: readonly [primary: number, additional: number];
  /** codec_id, such as `Opus`. */
  readonly codec: string;
  readonly decoderConfig: Uint8Array;
  /** Number of channels of the first audio element; undefined without one of channels or Ambisonics. */
  readonly channels: number | undefined;
  /** loudspeaker_layout of its last layer; undefined for Ambisonics. */
  readonly layout: number | undefined;
}

/** @throws MediaError if a descriptor is truncated, or the sequence header or the codec configuration is missing */
export function readIamfDescriptors(r: ByteReader): IamfDescriptors {
  let [profiles, codec, element]: [Profiles?, CodecConfig?, Element?] = [];
  while (r.left > 0) {
    const { type, payload } = readObu(r);
    if (type === SEQUENCE_HEADER) profiles ??= readSequenceHeader(payload);
    if (type === CODEC_CONFIG) codec ??= readCodecConfig(payload);
    if (type === AUDIO_ELEMENT) element ??= readAudioElement(payload);
  }
  if (!profiles) throw new MediaError("Cannot find an IA sequence header");
  if (!codec) throw new MediaError("Cannot find a codec configuration");
  return { profiles, ...codec, channels: element?.channels, layout: element?.layout };
}

type Profiles = IamfDescriptors["profiles"];
type CodecConfig = Pick<IamfDescriptors, "codec" | "decoderConfig">;
type Element = Pick<IamfDescriptors, "channels" | "layout">;

/** OBU header (§3.2): the size counts the fields after it. */
function readObu(r: ByteReader): { type: number; payload: ByteReader } {
  const flags = r.u8();
  const payload = r.take(readLeb128(r));
  if (flags & HAS_TRIMMING) readLeb128(payload), readLeb128(payload);
  if (flags & HAS_EXTENSION) payload.skip(readLeb128(payload));
  return { type: flags >> 3, payload };
}

const MAX_LEB128_BYTES = 8;

/** Unsigned integer in bytes of 7 bits, the lowest first (§8.1.1). */
export function readLeb128(r: ByteReader): number {
  let value = 0;
  for (let i = 0; i < MAX_LEB128_BYTES; i++) {
    const byte = r.u8();
    value += (byte & 127) * 128 ** i;
    if (byte < 128) break;
  }
  if (value >= 2 ** 32) throw new MediaError(`Cannot read ${value}, expected less than 2^32`);
  return value;
}

/** §3.4. */
function readSequenceHeader(r: ByteReader): Profiles {
  const code = r.ascii(4);
  if (code !== "iamf") throw new MediaError("Cannot read an IA sequence header without iamf");
  return [r.u8(), r.u8()];
}

/** §3.5. */
function readCodecConfig(r: ByteReader): CodecConfig {
  readLeb128(r); // codec_config_id
  const codec = r.ascii(4);
  readLeb128(r); // num_samples_per_frame
  r.skip(2); // audio_roll_distance
  return { codec, decoderConfig: r.rest().bytes };
}

const CHANNEL_BASED = 0;
const SCENE_BASED = 1;

/** §3.6. */
function readAudioElement(r: ByteReader): Element | undefined {
  readLeb128(r); // audio_element_id
  const type = r.u8() >> 5;
  readLeb128(r); // codec_config_id
  for (let substreams = readLeb128(r); substreams > 0; substreams--) readLeb128(r);
  for (let parameters = readLeb128(r); parameters > 0; parameters--) skipParameter(r);
  if (type === CHANNEL_BASED) return readChannels(r);
  return type === SCENE_BASED ? readAmbisonics(r) : undefined;
}

/** Values of param_definition_type (§3.6). */
const DEMIXING = 1;
const RECON_GAIN = 2;

function skipParameter(r: ByteReader): void {
  const type = readLeb128(r);
  if (type > RECON_GAIN) {
    r.skip(readLeb128(r));
    return;
  }
  readLeb128(r); // parameter_id
  readLeb128(r); // parameter_rate
  if (r.u8() >> 7 === 0) skipSubblocks(r); // param_definition_mode
  if (type === DEMIXING) r.skip(2);
}

function skipSubblocks(r: ByteReader): void {
  readLeb128(r); // duration
  if (readLeb128(r) > 0) return; // constant_subblock_duration
  for (let count = readLeb128(r); count > 0; count--) readLeb128(r);
}

const HAS_OUTPUT_GAIN = 8;

/** Each layer adds channels to those before it (§3.6.2); a coupled substream has two. */
function readChannels(r: ByteReader): Element {
  let [channels, layout] = [0, 0];
  for (let layers = r.u8() >> 5; layers > 0; layers--) {
    const flags = r.u8();
    layout = flags >> 4;
    channels += r.u8() + r.u8();
    if (flags & HAS_OUTPUT_GAIN) r.skip(3);
  }
  return { channels, layout };
}

/** §3.6.3. */
function readAmbisonics(r: ByteReader): Element {
  readLeb128(r); // ambisonics_mode
  return { channels: r.u8(), layout: undefined };
}
