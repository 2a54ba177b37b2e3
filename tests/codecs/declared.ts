/** Compares descriptions of codecs with what the readers of verify find, which share no code with them. */

import { assertEquals } from "@std/assert";
import type { Description } from "../../lib/codecs/codec.ts";
import { findCodec } from "../../lib/codecs/mod.ts";
import type { SampleEntry } from "../../lib/mp4/sample_entry.ts";
import { readAudioDeclarations } from "../../lib/verify/readers/audio_declaration.ts";

/** Asserts that verify reads the same codec, channels and rate. It knows no number of channels of objects. */
export function assertDeclared(entry: SampleEntry, description: Description): void {
  if (description.type !== "audio") throw new Error(`Cannot compare ${description.type}`);
  const [found, ...more] = readAudioDeclarations(entry, new Uint8Array());
  assertEquals(more, []);
  const { codec, channels, sampleRate, channelConfiguration } = description;
  assertEquals(found?.codec, codec);
  assertEquals(found?.channels ?? channels, channels);
  assertEquals(found?.sampleRate, sampleRate);
  assertEquals(found?.configuration ?? channelConfiguration, channelConfiguration);
}

const CICP = "urn:mpeg:mpegB:cicp:ChannelConfiguration";
const COUNT = "urn:mpeg:dash:23003:3:audio_channel_configuration:2011";

/** Returns channels by ChannelConfiguration (ISO/IEC 23091-3), or by their number without one. */
export function layOut(channels: number, layout?: number) {
  return {
    channels,
    ...layout && { channelConfiguration: layout },
    dashChannels: { schemeIdUri: layout ? CICP : COUNT, value: `${layout ?? channels}` },
  };
}

/** What it is, the sample entry, and what it is described as. */
export type AudioCase = [
  what: string,
  entry: SampleEntry,
  codec: string,
  sampleRate: number,
  channels: number,
  layout?: number,
];

export function testAudio(name: string, cases: readonly AudioCase[]): void {
  for (const [what, entry, codec, sampleRate, channels, layout] of cases) {
    Deno.test(`${name} describes ${what}`, () => {
      const description = findCodec(entry)!.describe(entry);
      const expected = { type: "audio", codec, sampleRate, ...layOut(channels, layout) };
      assertEquals<unknown>(description, expected);
      assertDeclared(entry, description);
    });
  }
}
