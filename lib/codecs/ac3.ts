/** AC-3, Dolby Digital (ETSI TS 102 366; in MP4: annex F). */

import { BitReader } from "../bits.ts";
import { MediaError } from "../errors.ts";
import { readConfigurationBox } from "./configuration_box.ts";
import { AC3_SAMPLE_RATES, dolbyAudio, toDolbyLayout } from "./dolby_audio.ts";
import { SUBTYPE_AC3 } from "./wave_format.ts";

export const ac3 = dolbyAudio({
  family: "ac3",
  entry: "ac-3",
  box: "dac3",
  streamType: 0x81,
  packed: { extension: "ac3", type: "audio/ac3" },
  fourCC: "AC-3",
  subFormat: SUBTYPE_AC3,

  /** The sample entry always declares 2 channels. */
  describe(entry) {
    return readConfigurationBox(entry, "dac3", (body) => {
      const r = new BitReader(body);
      const sampleRate = AC3_SAMPLE_RATES[r.bits(2)];
      if (!sampleRate) throw new MediaError("Cannot read sample rate code 3: it is reserved");
      r.skip(5 + 3); // bsid, bsmod
      return { type: "audio", codec: "ac-3", sampleRate, ...toDolbyLayout(r.bits(3), r.bit()) };
    });
  },
});
