/** Dolby Vision without a compatible base layer, which has sample entry types of its own. */

import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { omitUndefined } from "../../omit_undefined.ts";
import { av1, describeAv1 } from "../av1.ts";
import { avc, describeAvc } from "../avc.ts";
import type { Codec, VideoDescription } from "../codec.ts";
import { getEntryPath } from "../configuration_box.ts";
import { describeHevc, hevc } from "../hevc.ts";
import { formatDolbyVisionCodec, readDolbyVision, withDolbyVisionColour } from "./configuration.ts";

interface DolbyVisionCodec extends Pick<Codec, "family"> {
  readonly base: Codec;
  /** Sample entry types by those of the base layer, which some files have instead. */
  readonly types: Readonly<Record<string, string>>;
  describeBase(entry: SampleEntry, firstSample?: Uint8Array): VideoDescription;
}

export const dolbyVisionAvc = dolbyVision({
  family: "dolby-vision-avc",
  types: { avc1: "dva1", avc3: "dvav" },
  base: avc,
  describeBase: describeAvc,
});

export const dolbyVisionHevc = dolbyVision({
  family: "dolby-vision-hevc",
  types: { hvc1: "dvh1", hev1: "dvhe" },
  base: hevc,
  describeBase: describeHevc,
});

export const dolbyVisionAv1 = dolbyVision({
  family: "dolby-vision-av1",
  types: { av01: "dav1" },
  base: av1,
  describeBase: describeAv1,
});

const CODECS = [dolbyVisionAvc, dolbyVisionHevc, dolbyVisionAv1];

/** Finds the codec of an entry whose configuration declares that its base layer is not compatible, whatever its type. */
export function findDolbyVisionCodec(entry: SampleEntry): Codec | undefined {
  const codec = CODECS.find(({ entries }) => entries.includes(entry.type));
  return codec && readDolbyVision(entry)?.compatibility === 0 ? codec : undefined;
}

function dolbyVision({ family, types, base, describeBase }: DolbyVisionCodec): Codec {
  const { needsSample, randomAccess, protection } = base;
  const initEntryType = (entry: SampleEntry) => {
    const type = base.initEntryType?.(entry) ?? entry.type;
    return types[type] ?? type;
  };
  return {
    family,
    entries: Object.entries(types).flat(),
    ...omitUndefined({ needsSample, randomAccess, protection }),
    initEntryType,

    describe(entry, firstSample) {
      const description = describeBase(entry, firstSample);
      const configuration = readDolbyVision(entry);
      if (!configuration) {
        const reason = `Cannot describe ${entry.type} without dvcC, dvvC or dvwC`;
        throw new MediaError(reason).in(getEntryPath(entry));
      }
      const codec = formatDolbyVisionCodec(initEntryType(entry), configuration);
      return { ...withDolbyVisionColour(description, configuration), codec };
    },
  };
}
