/** Channels and sample rate of codecs whose configuration may leave them to the sample entry. */

import { MediaError } from "../errors.ts";
import { toPrintable } from "../mp4/box.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { getEntryPath } from "./configuration_box.ts";

/** @throws MediaError if the sample entry declares no channels */
export function requireEntryChannels(entry: SampleEntry): number {
  return requireField(entry, entry.channels, "channels");
}

/** Returns the rate in Hz. @throws MediaError if the sample entry declares none */
export function requireEntryRate(entry: SampleEntry): number {
  return requireField(entry, entry.sampleRate, "a sample rate");
}

function requireField(entry: SampleEntry, value: number, name: string): number {
  if (value > 0) return value;
  const reason = `Cannot describe ${toPrintable(entry.type)}: it does not declare ${name}`;
  throw new MediaError(reason).in(getEntryPath(entry));
}
