/** Compares the esds of AAC in an init segment with that of the file. */

import {
  type AudioSpecificConfig,
  readAudioSpecificConfig,
} from "../../codecs/aac/audio_specific_config.ts";
import type { Description } from "../../codecs/codec.ts";
import { readEsds } from "../../codecs/esds.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { bytesEqual } from "../bytes_equal.ts";

const MPEG4_AUDIO = 0x40;

/** Main, LC and SSR; players support them only as MPEG-4 audio. */
const MPEG2_AAC = [0x66, 0x67, 0x68];

const CODEC_OF_SBR = "mp4a.40.5";
const CODEC_OF_PS = "mp4a.40.29";

/** @throws MediaError if a configuration is invalid */
export function findAacDifference(
  got: SampleEntry,
  expected: SampleEntry,
  description: Description,
): string | undefined {
  const [actual, source] = [got, expected].map(readEsds) as [EsdsInfo, EsdsInfo];
  const objectType = MPEG2_AAC.includes(source.objectType) ? MPEG4_AUDIO : source.objectType;
  if (actual.objectType !== objectType) {
    return `its object type is ${toHex(actual.objectType)}, expected ${toHex(objectType)}`;
  }
  if (!bytesEqual(actual.streamInfo, source.streamInfo)) return "its esds differs from the file";
  if (!actual.decoderSpecificInfo) return "its AudioSpecificConfig is missing";
  const config = readAudioSpecificConfig(actual.decoderSpecificInfo);
  const own = source.decoderSpecificInfo;
  if (!own) return findEntryFieldDifference(config, source.objectType, expected);
  if (!hasSameCore(config, readAudioSpecificConfig(own))) {
    return "its AudioSpecificConfig differs from the file";
  }
  return findExtensionDifference(config, readAudioSpecificConfig(own), description);
}

type EsdsInfo = ReturnType<typeof readEsds>;

function toHex(objectType: number): string {
  return `0x${objectType.toString(16)}`;
}

function findEntryFieldDifference(
  { objectType, coreRate, channels }: AudioSpecificConfig,
  mpeg2ObjectType: number,
  entry: SampleEntry,
): string | undefined {
  const expected = [1 + MPEG2_AAC.indexOf(mpeg2ObjectType), entry.sampleRate, entry.channels];
  const got = [objectType, coreRate, channels];
  if (got.join() === expected.join()) return undefined;
  return `its AudioSpecificConfig declares ${got}, expected ${expected}`;
}

function hasSameCore(a: AudioSpecificConfig, b: AudioSpecificConfig): boolean {
  const keys = ["objectType", "coreRate", "channelConfiguration", "channels", "hasShortFrames"];
  const [left, right] = [a, b].map((config) =>
    keys.map((key) => config[key as keyof AudioSpecificConfig])
  );
  const nothing = new Uint8Array();
  return left!.join() === right!.join() &&
    bytesEqual(a.programConfig ?? nothing, b.programConfig ?? nothing);
}

/** SBR and PS, also those that only the samples reveal, are signalled explicitly. */
function findExtensionDifference(
  got: AudioSpecificConfig,
  source: AudioSpecificConfig,
  { codec, ...description }: Description,
): string | undefined {
  const ps = codec === CODEC_OF_PS || source.ps;
  const sbr = ps || codec === CODEC_OF_SBR || source.sbr;
  if (got.sbr !== sbr) return `it signals SBR ${got.sbr}, expected ${sbr}`;
  if (got.ps !== ps) return `it signals parametric stereo ${got.ps}, expected ${ps}`;
  if (description.type !== "audio" || got.sampleRate === description.sampleRate) return undefined;
  return `it decodes to ${got.sampleRate} Hz, expected ${description.sampleRate}`;
}
