/** Sample entries of audio around a configuration box. */

import type { AudioDescription } from "../../codecs/codec.ts";
import { findCodec } from "../../codecs/mod.ts";
import { MediaError } from "../../errors.ts";
import { buildIsoAudioEntry } from "../../mp4/sample_entry.ts";
import { parseEntry, type TrackConfiguration } from "./track_configuration.ts";

export interface AudioEntry {
  readonly type: string;
  /** Type and body of the configuration box. */
  readonly box: string;
  readonly body: Uint8Array;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
}

/** A configuration box; channels and rate where it does not declare them. */
export type AudioBox = Pick<AudioEntry, "type" | "box" | "body"> & Partial<AudioEntry>;

/** @throws MediaError if there are no channels or samples */
export function describeAudio(
  entry: AudioEntry,
  countSamples: TrackConfiguration["countSamples"],
): TrackConfiguration {
  const { channels, sampleRate } = entry;
  if (channels === 0 || sampleRate === 0) {
    throw new MediaError(`Cannot use ${channels} channels at ${sampleRate} Hz`);
  }
  return {
    ...{ type: "audio", entry: buildAudioEntry(entry), timescale: sampleRate },
    ...{ width: 0, height: 0, countSamples },
  };
}

function buildAudioEntry({ type, box, body, channels, sampleRate }: AudioEntry): Uint8Array {
  return buildIsoAudioEntry({ boxes: new Map([[box, body]]) }, { type, channels, sampleRate });
}

/** @throws MediaError as `describe()` of the codec */
export function describeAudioBox(
  audio: AudioBox,
  countSamples: TrackConfiguration["countSamples"],
): TrackConfiguration {
  const { channels, sampleRate } = readAudioBox(audio);
  return describeAudio({ ...audio, channels, sampleRate }, countSamples);
}

/**
 * Reads the configuration box with a sample entry that says nothing else.
 *
 * @param frame the first one, where the codec needs it
 */
export function readAudioBox(audio: AudioBox, frame?: Uint8Array): AudioDescription {
  const entry = parseEntry(buildAudioEntry({ channels: 0, sampleRate: 0, ...audio }), "audio");
  const description = findCodec(entry)!.describe(entry, frame);
  if (description.type === "audio") return description;
  throw new MediaError(`Cannot describe ${entry.type} as ${description.type}, expected audio`);
}
