import type { Presentation } from "../../presentation/presentation.ts";
import type { CounterUse } from "../expected/counter_use.ts";
import type { SourceTrack } from "../expected/source_track.ts";
import type { RenditionMeasurements } from "../measurements.ts";
import { CLEAR_MEDIA, type MediaDecryption } from "./media_decryption.ts";
import { SampleDecryption } from "./sample_decryption.ts";
import { SegmentDecryption } from "./segment_decryption.ts";

/** Creates the decryption of audio or video. Thumbnails are not encrypted. */
export function createDecryption(
  { protection }: Pick<Presentation, "protection">,
  source: SourceTrack,
  { counters, measurements }: {
    readonly counters: CounterUse;
    readonly measurements: RenditionMeasurements;
  },
): MediaDecryption {
  const { type, encryption } = source.rendition;
  if (!protection || !encryption || type === "image") return CLEAR_MEDIA;
  return protection.scheme === "aes-128"
    ? new SegmentDecryption(encryption.key)
    : new SampleDecryption({ source, protection, counters, measurements });
}
