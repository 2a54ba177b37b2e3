/** MP3 (ISO/IEC 11172-3 and 13818-3), in `mp4a` or in QuickTime's sample entries. */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { toChannelLayout } from "./channels.ts";
import type { Codec } from "./codec.ts";
import { getEntryPath, inFirstSample } from "./configuration_box.ts";
import { buildEsds } from "./esds.ts";
import { PASSTHROUGH } from "./passthrough.ts";

const MPEG2_AUDIO = 0x69;
const MPEG1_AUDIO = 0x6B;

/** MPEG-1 rates in Hz, which MPEG-2 halves and MPEG-2.5 quarters. */
const SAMPLE_RATES = [44100, 48000, 32000];

/** By version bits. MPEG-2.5 has no object type of its own. */
const VERSIONS = [
  { divisor: 4, codec: MPEG2_AUDIO },
  undefined,
  { divisor: 2, codec: MPEG2_AUDIO },
  { divisor: 1, codec: MPEG1_AUDIO },
];

const MONO = 3;

export const mp3: Codec = {
  family: "mp3",
  entries: ["mp4a", ".mp3", "ms\0U"],
  objectTypes: [MPEG2_AUDIO, MPEG1_AUDIO],
  isAllSync: () => true,
  protection: "samples",

  /** Muxers declare 0x6B for every rate and 2 channels for mono. */
  needsSample: () => true,

  describe(entry, firstSample) {
    const { codec, channels, sampleRate } = firstSample
      ? inFirstSample(() => readHeader(firstSample))
      : readFromEntry(entry);
    const name = `mp4a.${codec.toString(16).toUpperCase()}`;
    return { type: "audio", codec: name, sampleRate, ...toChannelLayout(channels, channels) };
  },

  /** ISO players do not know QuickTime's sample entry types. */
  initEntryType: () => "mp4a",
  initConfiguration(entry, { codec }) {
    if (entry.boxes.has("esds")) return undefined;
    const objectType = parseInt(codec.slice("mp4a.".length), 16);
    return { type: "esds", body: buildEsds({ objectType }) };
  },

  /**
   * Players know MP3 in HLS only by its audio object type (14496-3 §1.5.1.1). Chromium plays it in fMP4 under no name, and hls.js
   * ignores MP3 next to video unless it is multiplexed.
   */
  hls: { codec: "mp4a.40.34", inFmp4: false },

  mpegTs: {
    streamType: 0x03, // demuxers accept the lower rates of MPEG-2 too
    streamId: 0xC0,
    packed: { extension: "mp3", type: "audio/mpeg" },
    ...PASSTHROUGH,
  },
};

interface Header {
  readonly codec: number;
  readonly channels: number;
  readonly sampleRate: number;
}

/** Reads header() (11172-3 §2.4.1.3) of any layer. */
function readHeader(sample: Uint8Array): Header {
  const r = new BitReader(sample);
  if (r.bits(11) !== 0x7FF) {
    throw new MediaError("Cannot read an MP3 frame: the sync word is missing");
  }
  const version = VERSIONS[r.bits(2)];
  r.skip(2 + 1 + 4); // layer, protection, bitrate
  const rate = SAMPLE_RATES[r.bits(2)];
  if (!version || !rate) {
    throw new MediaError("Cannot read an MP3 frame: its version or sample rate is reserved");
  }
  r.skip(2);
  const channels = r.bits(2) === MONO ? 1 : 2;
  return { codec: version.codec, channels, sampleRate: rate / version.divisor };
}

function readFromEntry(entry: SampleEntry): Header {
  const { channels, sampleRate } = entry;
  if (!channels || !sampleRate) {
    throw new MediaError(
      "Cannot describe MP3: the sample entry declares no channels or no sample rate",
    ).in(getEntryPath(entry));
  }
  return { codec: sampleRate < 32000 ? MPEG2_AUDIO : MPEG1_AUDIO, channels, sampleRate };
}
