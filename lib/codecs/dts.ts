/** DTS and DTS-HD (ETSI TS 102 114; in MP4: annex E). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { AudioDescription, Codec } from "./codec.ts";
import { inFirstSample, readConfigurationBox } from "./configuration_box.ts";
import { buildDdts, readDtsCore } from "./dts_core.ts";
import { requireEntryChannels } from "./entry_audio.ts";
import { readEsds } from "./esds.ts";

/** Value: the number of channels. */
const DASH_SCHEME = "tag:dts.com,2014:dash:audio_channel_configuration:2012";

/**
 * Speakers by bit of ChannelLayout, from the lowest: C, L/R, Ls/Rs, LFE, Cs, Lh/Rh, Lsr/Rsr, Ch, Oh, Lc/Rc, Lw/Rw, Lss/Rss, LFE2,
 * Lhs/Rhs, Chr, Lhr/Rhr.
 */
const SPEAKERS = [1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 2, 1, 2, 1, 2];

/** ISO/IEC 23091-3 by ChannelLayout. */
const CONFIGURATIONS: ReadonlyMap<number, number> = new Map<number, number>([
  ...[[0x01, 1], [0x02, 2], [0x03, 3], [0x13, 4], [0x07, 5], [0x0F, 6], [0x20F, 7]] as const,
  ...[[0x12, 9], [0x06, 10], [0x1F, 11], [0x4F, 12], [0x2F, 14]] as const,
]);

/** objectTypeIndication of DTS in `mp4a`, as ffmpeg writes it. */
const DTS_OBJECT_TYPE = 0xA9;

/** With a core and extensions, lossless without a core, and LBR (Express): each has a decoder of its own. */
const withBox: readonly Codec[] = ["dtsh", "dtsl", "dtse"].map((type) => ({
  family: type,
  entries: [type],
  isAllSync: () => true,
  protection: "samples",
  describe: (entry) => describeDts(entry, type),
}));

/** With a core. ffmpeg writes no ddts, and into MP4 files `mp4a`, which players know by no name. */
const dtsc: Codec = {
  family: "dtsc",
  entries: ["dtsc", "mp4a"],
  objectTypes: [DTS_OBJECT_TYPE],
  isAllSync: () => true,
  protection: "samples",
  needsSample: ({ boxes }) => !boxes.has("ddts"),
  describe(entry, firstSample) {
    if (entry.boxes.has("ddts") || !firstSample) return describeDts(entry, "dtsc");
    const body = inFirstSample(() => buildDdts(readDtsCore(firstSample)));
    const boxes = new Map(entry.boxes).set("ddts", body);
    const configuration = { type: "ddts", body };
    return { ...describeDts({ ...entry, boxes }, "dtsc"), configuration };
  },
  initEntryType: (entry) => isDts(entry) ? "dtsc" : entry.type,
  initConfiguration(entry, description) {
    if (entry.boxes.has("ddts") || !isDts(entry)) return undefined;
    return description.type === "audio" ? description.configuration : undefined;
  },
};

export const dts: readonly Codec[] = [dtsc, ...withBox];

/** A track may have other codecs in `mp4a`, too. */
function isDts(entry: SampleEntry): boolean {
  return entry.type === "dtsc" || readEsds(entry).objectType === DTS_OBJECT_TYPE;
}

function describeDts(entry: SampleEntry, codec: string): AudioDescription {
  const { sampleRate, layout } = readConfigurationBox(entry, "ddts", readDdts);
  const channels = countSpeakers(layout) || requireEntryChannels(entry);
  const channelConfiguration = CONFIGURATIONS.get(layout);
  return {
    type: "audio",
    codec,
    sampleRate,
    channels,
    ...channelConfiguration && { channelConfiguration },
    dashChannels: { schemeIdUri: DASH_SCHEME, value: `${channels}` },
  };
}

/** DTSSpecificBox. */
function readDdts(body: Uint8Array): { sampleRate: number; layout: number } {
  const r = new BitReader(body);
  const sampleRate = r.bits(32);
  if (sampleRate === 0) throw new MediaError("Cannot read DTSSamplingFrequency 0");
  r.skip(32 + 32 + 8); // maxBitrate; avgBitrate; pcmSampleDepth
  r.skip(2 + 5 + 1 + 6 + 14 + 1 + 3); // FrameDuration; StreamConstruction; Core…; StereoDownmix; RepresentationType
  return { sampleRate, layout: r.bits(16) };
}

function countSpeakers(layout: number): number {
  return SPEAKERS.reduce((sum, count, bit) => sum + (layout >> bit & 1 ? count : 0), 0);
}
