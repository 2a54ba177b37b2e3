/** Dolby Vision without a compatible base layer, in sample entries of its own. */

import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { omitUndefined } from "../../omit_undefined.ts";
import { av1, describeAv1 } from "../av1.ts";
import { avc, describeAvc } from "../avc.ts";
import type { Codec, VideoDescription } from "../codec.ts";
import { getEntryPath } from "../configuration_box.ts";
import { describeHevc, hevc } from "../hevc.ts";
import { formatDolbyVisionCodec, readDolbyVision } from "./configuration.ts";

interface DolbyVisionCodec extends Pick<Codec, "family" | "entries"> {
  readonly base: Codec;
  describeBase(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription;
}

export const dolbyVisionAvc = dolbyVision({
  family: "dolby-vision-avc",
  entries: ["dva1", "dvav"],
  base: avc,
  describeBase: describeAvc,
});

export const dolbyVisionHevc = dolbyVision({
  family: "dolby-vision-hevc",
  entries: ["dvh1", "dvhe"],
  base: hevc,
  describeBase: describeHevc,
});

export const dolbyVisionAv1 = dolbyVision({
  family: "dolby-vision-av1",
  entries: ["dav1"],
  base: av1,
  describeBase: describeAv1,
});

function dolbyVision({ family, entries, base, describeBase }: DolbyVisionCodec): Codec {
  const { needsSample, initEntryType, randomAccess } = base;
  return {
    family,
    entries,
    ...omitUndefined({ needsSample, initEntryType, randomAccess }),

    describe(entry, firstSample) {
      const description = describeBase(entry, firstSample);
      const configuration = readDolbyVision(entry);
      if (!configuration) {
        const reason = `Cannot describe ${entry.type} without dvcC, dvvC or dvwC`;
        throw new MediaError(reason).in(getEntryPath(entry));
      }
      const entryType = initEntryType?.(entry) ?? entry.type;
      return { ...description, codec: formatDolbyVisionCodec(entryType, configuration) };
    },
  };
}
