/** AC-4 (ETSI TS 103 190-2; in MP4: annex E, in DASH: annex G). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { countAc4Channels, getAc4Layout } from "./ac4_layout.ts";
import type { Codec } from "./codec.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { requireEntryChannels } from "./entry_audio.ts";

/** In Hz, by fs_index. */
const SAMPLE_RATES = [44100, 48000];

/** Earlier bitstreams have no presentations whose layout the box declares. */
const MIN_BITSTREAM_VERSION = 2;

export const ac4: Codec = {
  family: "ac4",
  entries: ["ac-4"],
  protection: "samples",

  /** Describes the presentation that asks least of a decoder (§G.2.2); the first of several. */
  describe(entry) {
    const { bitstreamVersion, sampleRate, presentation } = readConfigurationBox(
      entry,
      "dac4",
      readDac4,
    );
    const { version, mdcompat, mask } = presentation;
    const versions = [bitstreamVersion, version, mdcompat].map(formatHex);
    return {
      type: "audio",
      codec: ["ac-4", ...versions].join("."),
      sampleRate,
      ...getAc4Layout(mask, countAc4Channels(mask) || requireEntryChannels(entry)),
    };
  },
};

function formatHex(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}

interface Dac4 {
  readonly bitstreamVersion: number;
  readonly sampleRate: number;
  readonly presentation: Presentation;
}

interface Presentation {
  readonly version: number;
  readonly mdcompat: number;
  /** presentation_channel_mask_v1; 0 if it is not coded by channels. */
  readonly mask: number;
}

/** ac4_dsi_v1() (§E.6). */
function readDac4(body: Uint8Array): Dac4 {
  const r = new BitReader(body);
  const dsiVersion = r.bits(3);
  if (dsiVersion !== 1) throw new MediaError(`Cannot read ac4_dsi_version ${dsiVersion}`);
  const bitstreamVersion = r.bits(7);
  if (bitstreamVersion < MIN_BITSTREAM_VERSION) {
    const why = `expected at least ${MIN_BITSTREAM_VERSION}`;
    throw new MediaError(`Cannot read bitstream_version ${bitstreamVersion}, ${why}`);
  }
  const sampleRate = SAMPLE_RATES[r.bit()]!;
  r.skip(4); // frame_rate_index
  const count = r.bits(9);
  skipProgram(r);
  r.skip(2 + 32 + 32); // ac4_bitrate_dsi()
  r.skip(-r.position & 7);
  return { bitstreamVersion, sampleRate, presentation: findPresentation(r, count) };
}

/** Skips short_program_id and program_uuid. */
function skipProgram(r: BitReader): void {
  if (r.bit() === 0) return;
  r.skip(16);
  if (r.bit()) r.skip(128);
}

/** pres_bytes of this value are followed by more. */
const EXTENDED_SIZE = 255;

function findPresentation(r: BitReader, count: number): Presentation {
  let found: Presentation | undefined;
  for (let i = 0; i < count; i++) {
    const [version, size] = [r.bits(8), r.bits(8)];
    const bytes = size === EXTENDED_SIZE ? size + r.bits(16) : size;
    const start = r.position;
    r.skip(8 * bytes);
    const end = r.position / 8;
    if (version === 0 || version > 2) continue;
    const presentation = readPresentation(r.bytes.subarray(start / 8, end), version);
    if (!found || presentation.mdcompat < found.mdcompat) found = presentation;
  }
  if (found) return found;
  throw new MediaError("Cannot find a presentation of version 1 or 2");
}

/** presentation_config_v1 of a presentation with EMDF substreams only. */
const ONLY_METADATA = 6;

/** Modes with back and top channels that may be absent. */
const FIRST_HEIGHT_MODE = 11;
const LAST_HEIGHT_MODE = 14;

/** Start of ac4_presentation_v1_dsi() (§E.10). */
function readPresentation(bytes: Uint8Array, version: number): Presentation {
  const r = new BitReader(bytes);
  if (r.bits(5) === ONLY_METADATA) return { version, mdcompat: 7, mask: 0 };
  const mdcompat = r.bits(3);
  if (r.bit()) r.skip(5); // presentation_id
  r.skip(2 + 2 + 5 + 10); // frame rate multiply and fraction, EMDF version, key_id
  if (r.bit() === 0) return { version, mdcompat, mask: 0 };
  const mode = r.bits(5);
  if (mode >= FIRST_HEIGHT_MODE && mode <= LAST_HEIGHT_MODE) r.skip(1 + 2);
  return { version, mdcompat, mask: r.bits(24) };
}
