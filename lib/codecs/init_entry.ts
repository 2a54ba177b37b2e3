/** Sample entries of init segments. */

import {
  buildIsoAudioEntry,
  buildIsoVisualEntry,
  type SampleEntry,
  withChildBox,
} from "../mp4/sample_entry.ts";
import { type Codec, type ConfigurationBox, type Description, getInitEntryType } from "./codec.ts";
import { clearEsId } from "./esds.ts";
import { completeColr, readPasp } from "./video_properties.ts";

/**
 * Builds the sample entry for init segments: that of the file, except for fields of QuickTime, and entries that need a more
 * specific type or configuration. The content version hashes it.
 *
 * @throws MediaError if its configuration is missing or broken
 */
export function buildInitEntry(
  { codec, description }: { readonly codec: Codec; readonly description: Description },
  own: SampleEntry,
): Uint8Array {
  const isOfCodec = codec.entries.includes(own.type);
  const configuration = (isOfCodec ? codec.initConfiguration?.(own, description) : undefined) ??
    getEsdsWithoutId(own);
  const entry = configuration ? withChildBox(own, configuration.type, configuration.body) : own;
  const type = getInitEntryType(codec, entry);
  if (description.type === "audio" && (isQuickTimeAudio(entry) || type !== entry.type)) {
    const { channels, sampleRate } = description;
    return buildIsoAudioEntry(entry, { type, channels, sampleRate });
  }
  if (description.type !== "video") return entry.bytes;
  const colr = completeColr(own);
  const whole = colr ? withChildBox(entry, "colr", colr) : entry;
  const keepsPasp = !own.boxes.has("pasp") || readPasp(own) !== undefined; // players would apply an absurd ratio
  return buildIsoVisualEntry(whole, { type, pixelAspect: description.pixelAspect, keepsPasp });
}

function getEsdsWithoutId({ boxes }: SampleEntry): ConfigurationBox | undefined {
  const esds = boxes.get("esds");
  return esds && { type: "esds", body: clearEsId(esds) };
}

/** The configuration of ISO entries is not in a `wave`. */
function isQuickTimeAudio({ quickTimeAudioVersion, boxes }: SampleEntry): boolean {
  return quickTimeAudioVersion > 0 || boxes.has("wave");
}
