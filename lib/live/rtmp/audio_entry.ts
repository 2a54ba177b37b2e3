/** Sample entries of audio around a configuration box. */

import { MediaError } from "../../errors.ts";
import { buildIsoAudioEntry } from "../../mp4/sample_entry.ts";
import type { TrackConfiguration } from "./track_configuration.ts";

export interface AudioEntry {
  readonly type: string;
  /** Type and body of the configuration box. */
  readonly box: string;
  readonly body: Uint8Array;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
}

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

export function buildAudioEntry({ type, box, body, channels, sampleRate }: AudioEntry): Uint8Array {
  return buildIsoAudioEntry({ boxes: new Map([[box, body]]) }, { type, channels, sampleRate });
}
