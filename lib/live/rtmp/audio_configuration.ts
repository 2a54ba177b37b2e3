/** Sequence headers of audio, and configurations of codecs without one. */

import {
  type AudioSpecificConfig,
  readAudioSpecificConfig,
} from "../../codecs/aac/audio_specific_config.ts";
import { buildEsds } from "../../codecs/esds.ts";
import { mp3 } from "../../codecs/mp3.ts";
import { MediaError } from "../../errors.ts";
import { type AudioEntry, buildAudioEntry, describeAudio } from "./audio_entry.ts";
import { countMp3Samples } from "./audio_frames.ts";
import { configureAc3, configureEac3 } from "./dolby_configuration.ts";
import { configureFlac } from "./flac_configuration.ts";
import { configureOpus } from "./opus_configuration.ts";
import { parseEntry, type TrackConfiguration } from "./track_configuration.ts";

/** objectTypeIndication (mp4ra.org). */
const MPEG4_AUDIO = 0x40;
const MPEG1_AUDIO = 0x6B;

/** Audio object types with frames of 512 samples: ER AAC LD and ER AAC ELD. */
const LOW_DELAY = [23, 39];

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

/** MP3 has no sequence header: what its first frame says is read with a sample entry that says nothing. */
function configureMp3(frame: Uint8Array): TrackConfiguration {
  const unknown = toMp3Entry({ objectType: MPEG1_AUDIO, channels: 0, sampleRate: 0 });
  const description = mp3.describe(parseEntry(buildAudioEntry(unknown), "audio"), frame);
  if (description.type !== "audio") {
    throw new MediaError(`Cannot describe MP3 as ${description.type}, expected audio`);
  }
  const { codec, channels, sampleRate } = description;
  const objectType = parseInt(codec.slice("mp4a.".length), 16);
  return describeAudio(toMp3Entry({ objectType, channels, sampleRate }), countMp3Samples);
}

function toMp3Entry(
  { objectType, channels, sampleRate }: {
    objectType: number;
    channels: number;
    sampleRate: number;
  },
): AudioEntry {
  return { type: "mp4a", box: "esds", body: buildEsds({ objectType }), channels, sampleRate };
}
