/** Immersive Audio (Immersive Audio Model and Formats; in MP4: §6). */

import { BitReader } from "../bits.ts";
import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { toPrintable } from "../mp4/box.ts";
import { readAudioSpecificConfig } from "./aac/audio_specific_config.ts";
import { toChannelLayout } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { readDecoderConfig } from "./esds.ts";
import { type IamfDescriptors, readIamfDescriptors, readLeb128 } from "./iamf_descriptors.ts";

/** ISO/IEC 23091-3 by loudspeaker_layout: mono, stereo, 5.1, 5.1.2, 5.1.4, 7.1, 7.1.4. Others have no number there. */
const CONFIGURATIONS: ReadonlyMap<number, number> = new Map<number, number>([
  [0, 1],
  [1, 2],
  [2, 6],
  [3, 14],
  [4, 16],
  [5, 12],
  [7, 19],
]);

/** Decoders output 48 kHz. */
const OPUS_RATE = 48000;

export const iamf: Codec = {
  family: "iamf",
  entries: ["iamf"],
  /** As many as the file declares. */
  preRoll: {},
  protection: "samples",

  /** The sample entry declares neither channels nor a rate (§6.2.3). */
  describe(entry) {
    return readConfigurationBox(entry, "iacb", (body) => {
      const { profiles, channels, layout, ...config } = readIacb(body);
      if (!channels) throw new MediaError("Cannot find the channels of an audio element");
      const { codec, sampleRate } = describeSubstreams(config);
      if (!sampleRate) throw new MediaError("Cannot read sample rate 0");
      const versions = profiles.map((profile) => `${profile}`.padStart(3, "0"));
      return {
        type: "audio",
        codec: ["iamf", ...versions, codec].join("."),
        sampleRate,
        ...toChannelLayout(channels, layout === undefined ? layout : CONFIGURATIONS.get(layout)),
      };
    });
  },
};

/** IAConfigurationBox (§6.2.4). */
function readIacb(body: Uint8Array): IamfDescriptors {
  const r = new ByteReader(body);
  const version = r.u8();
  if (version !== 1) throw new MediaError(`Cannot read configurationVersion ${version}`);
  return readIamfDescriptors(r.take(readLeb128(r)));
}

/** Returns the codec's own part of the codec string (§6.3), and the rate in Hz. */
function describeSubstreams(
  { codec, decoderConfig }: Pick<IamfDescriptors, "codec" | "decoderConfig">,
): { codec: string; sampleRate: number } {
  if (codec === "Opus") return { codec, sampleRate: OPUS_RATE };
  if (codec === "mp4a") return { codec: "mp4a.40.2", sampleRate: readAacRate(decoderConfig) };
  if (codec === "fLaC") return { codec, sampleRate: readFlacRate(decoderConfig) };
  if (codec === "ipcm") return { codec, sampleRate: readPcmRate(decoderConfig) };
  const expected = "expected Opus, mp4a, fLaC or ipcm";
  throw new MediaError(`Cannot read codec_id ${toPrintable(codec)}, ${expected}`);
}

/** DecoderConfigDescriptor (§3.11.2). */
function readAacRate(config: Uint8Array): number {
  const { decoderSpecificInfo } = readDecoderConfig(new ByteReader(config));
  return readAudioSpecificConfig(decoderSpecificInfo ?? new Uint8Array()).sampleRate;
}

/** Header of a metadata block, and STREAMINFO (§3.11.3; RFC 9639 §8.2). */
function readFlacRate(config: Uint8Array): number {
  const r = new BitReader(config);
  r.skip(8 + 24 + 2 * 16 + 2 * 24);
  return r.bits(20);
}

/** §3.11.4. */
function readPcmRate(config: Uint8Array): number {
  const r = new ByteReader(config);
  r.skip(1 + 1); // sample_format_flags, sample_size
  return r.u32();
}
