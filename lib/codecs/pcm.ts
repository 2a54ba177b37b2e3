/** Linear PCM in MP4 (ISO/IEC 23003-5). QuickTime's own entries, such as `sowt`, are not supported: no browser plays them. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { toChannelLayout } from "./channels.ts";
import type { Codec, Description } from "./codec.ts";
import { inEntryBox, readConfigurationBox } from "./configuration_box.ts";
import { requireEntryChannels, requireEntryRate } from "./entry_audio.ts";

/** PCM_sample_size in bits: of integers, and of floating-point numbers. */
const SAMPLE_SIZES: Record<string, readonly number[]> = {
  ipcm: [16, 24, 32],
  fpcm: [32, 64],
};

/**
 * Not for Common Encryption: a sample of one frame is shorter than a block of AES, which `cbcs` leaves in the clear, and `cenc`
 * encrypts each by itself, half a million in ten seconds.
 */
export const pcm: readonly Codec[] = Object.keys(SAMPLE_SIZES).map((type) => ({
  family: type,
  entries: [type],
  hasFrameSamples: true,
  isAllSync: () => true,
  describe: describePcm,
}));

function describePcm(entry: SampleEntry): Description {
  readConfigurationBox(entry, "pcmC", (body) => checkPcmc(body, SAMPLE_SIZES[entry.type]!));
  const channels = requireEntryChannels(entry);
  return {
    type: "audio",
    codec: entry.type,
    sampleRate: requireEntryRate(entry),
    ...toChannelLayout(channels, findLayout(entry) ?? (channels <= 2 ? channels : undefined)),
  };
}

function checkPcmc(body: Uint8Array, sizes: readonly number[]): void {
  const r = new ByteReader(body);
  const version = r.u32() >>> 24;
  if (version !== 0) throw new MediaError(`Cannot read version ${version}`);
  r.skip(1); // format_flags
  const size = r.u8();
  if (!sizes.includes(size)) {
    throw new MediaError(`Cannot read PCM_sample_size ${size}, expected ${sizes.join(" or ")}`);
  }
}

const CHANNEL_STRUCTURED = 1;

/** Returns definedLayout of ChannelLayout (14496-12 §12.2.4); undefined if there is none, or all channels are explicit. */
function findLayout(entry: SampleEntry): number | undefined {
  const chnl = entry.boxes.get("chnl");
  if (!chnl) return undefined;
  return inEntryBox(entry, "chnl", () => {
    const r = new ByteReader(chnl);
    const version = r.u32() >>> 24;
    if (version > 1) throw new MediaError(`Cannot read version ${version}`);
    const first = r.u8(); // stream_structure, of 4 bits in version 1
    const structure = version === 0 ? first : first >> 4;
    if (!(structure & CHANNEL_STRUCTURED)) return undefined;
    if (version === 1) r.skip(1); // baseChannelCount
    return r.u8() || undefined;
  });
}
