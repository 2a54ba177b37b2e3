/** Sequence headers of audio, and configurations of codecs without one. */

import {
  type AudioSpecificConfig,
  readAudioSpecificConfig,
} from "../../codecs/aac/audio_specific_config.ts";
import { countFlacSamples, countMp3Samples, countOpusSamples } from "../../codecs/audio_frames.ts";
import { buildDac3, buildDec3, countEac3Samples } from "../../codecs/dolby_frame.ts";
import { buildEsds } from "../../codecs/esds.ts";
import { buildDfla } from "../../codecs/flac.ts";
import { buildDops, buildOpusHead } from "../../codecs/opus.ts";
import { type AudioBox, describeAudio, describeAudioBox, readAudioBox } from "./audio_entry.ts";
import type { TrackConfiguration } from "./track_configuration.ts";

/** objectTypeIndication (mp4ra.org). */
const MPEG4_AUDIO = 0x40;
const MPEG1_AUDIO = 0x6B;

/** Audio object types with frames of 512 samples: ER AAC LD and ER AAC ELD. */
const LOW_DELAY = [23, 39];

/** Samples of a frame (ETSI TS 102 366 §4.1). */
const AC3_SAMPLES = 1536;

type Configure = (
  record: Uint8Array,
  frame: Uint8Array | undefined,
) => TrackConfiguration | undefined;

/** By FourCC. */
const CONFIGURE: Readonly<Record<string, Configure>> = {
  mp4a: (record) => record.length > 0 ? configureAac(record) : undefined,
  Opus: configureOpus,
  fLaC: (record) => record.length > 0 ? configureFlac(record) : undefined,
  "ac-3": (_, frame) => frame && configureAc3(frame),
  "ec-3": (_, frame) => frame && configureEac3(frame),
  ".mp3": (_, frame) => frame && configureMp3(frame),
};

/**
 * Describes a track of audio.
 *
 * @param codec FourCC
 * @param record sequence header; empty if the codec has none, or none has arrived
 * @param frame the first one, if it has arrived
 * @returns undefined if the frame or the record is needed
 * @throws MediaError if what describes it is broken
 */
export function configureAudio(
  codec: string,
  record: Uint8Array,
  frame: Uint8Array | undefined,
): TrackConfiguration | undefined {
  return CONFIGURE[codec]!(record, frame);
}

/** Frames of HE-AAC have 1024 samples at the rate of the core. */
function configureAac(record: Uint8Array): TrackConfiguration {
  const config = readAudioSpecificConfig(record);
  const { coreRate, channels } = config;
  const samples = getFrameSamples(config);
  const body = buildEsds({ objectType: MPEG4_AUDIO, decoderSpecificInfo: record });
  return describeAudio(
    { type: "mp4a", box: "esds", body, channels, sampleRate: coreRate },
    () => samples,
  );
}

function getFrameSamples({ objectType, hasShortFrames }: AudioSpecificConfig): number {
  const samples = hasShortFrames ? 960 : 1024;
  return LOW_DELAY.includes(objectType) ? samples / 2 : samples;
}

/** The sequence header may be empty for mono and stereo (Enhanced RTMP v2). */
function configureOpus(
  record: Uint8Array,
  frame: Uint8Array | undefined,
): TrackConfiguration | undefined {
  const header = record.length > 0 ? record : frame && buildOpusHead(frame);
  if (!header) return undefined;
  return describeAudioBox({ type: "Opus", box: "dOps", body: buildDops(header) }, countOpusSamples);
}

function configureFlac(record: Uint8Array): TrackConfiguration {
  return describeAudioBox({ type: "fLaC", box: "dfLa", body: buildDfla(record) }, countFlacSamples);
}

function configureAc3(frame: Uint8Array): TrackConfiguration {
  return describeAudioBox(
    { type: "ac-3", box: "dac3", body: buildDac3(frame) },
    () => AC3_SAMPLES,
  );
}

function configureEac3(packet: Uint8Array): TrackConfiguration {
  return describeAudioBox({ type: "ec-3", box: "dec3", ...buildDec3(packet) }, countEac3Samples);
}

function configureMp3(frame: Uint8Array): TrackConfiguration {
  const { codec, channels, sampleRate } = readAudioBox(toMp3Box(MPEG1_AUDIO), frame);
  const objectType = parseInt(codec.slice("mp4a.".length), 16);
  return describeAudio({ ...toMp3Box(objectType), channels, sampleRate }, countMp3Samples);
}

function toMp3Box(objectType: number): AudioBox {
  return { type: "mp4a", box: "esds", body: buildEsds({ objectType }) };
}
