import { assertEquals } from "@std/assert";
import { dolbyAudio, toDolbyLayout } from "../../lib/codecs/dolby_audio.ts";
import type { AudioDescription } from "../../lib/codecs/codec.ts";
import { entry } from "./entry.ts";

const DOLBY = "tag:dolby.com,2014:dash:audio_channel_configuration:2011";

/** Lc/Rc, Lrs/Rrs, Cs, Lvh/Rvh, Lw/Rw: speaker bits of ETSI TS 102 366 table E.1.4. */
const [FRONT, BACK, CENTER, TOP, WIDE] = [0x0400, 0x0200, 0x0100, 0x0010, 0x0020];

const layouts: [
  layout: string,
  stream: [acmod: number, lfe: number, speakers?: number, count?: number],
  channels: number,
  configuration: number | undefined,
  value: string,
][] = [
  ["1+1", [0, 0], 2, 8, "A000"],
  ["mono", [1, 0], 1, 1, "4000"],
  ["stereo", [2, 0], 2, 2, "A000"],
  ["stereo and LFE", [2, 1], 3, undefined, "A001"],
  ["3/0", [3, 0], 3, 3, "E000"],
  ["2/1", [4, 0], 3, 9, "A100"],
  ["3/1", [5, 0], 4, 4, "E100"],
  ["2/2", [6, 0], 4, 10, "B800"],
  ["3/2", [7, 0], 5, 5, "F800"],
  ["5.1", [7, 1], 6, 6, "F801"],
  ["6.1", [7, 1, CENTER, 1], 7, 11, "F901"],
  ["7.1 front", [7, 1, FRONT, 2], 8, 7, "FC01"],
  ["7.1 back", [7, 1, BACK, 2], 8, 12, "FA01"],
  ["7.1 top", [7, 1, TOP, 2], 8, 14, "F811"],
  ["7.1 wide, which has no ChannelConfiguration", [7, 1, WIDE, 2], 8, undefined, "F821"],
  ["7.0 back, which has none either", [7, 0, BACK, 2], 7, undefined, "FA00"],
];

for (
  const [what, [acmod, lfe, speakers = 0, count = 0], channels, configuration, value] of layouts
) {
  Deno.test(`toDolbyLayout() describes ${what}`, () => {
    assertEquals(toDolbyLayout(acmod, lfe, { speakers, count }), {
      channels,
      ...(configuration && { channelConfiguration: configuration }),
      dashChannels: { schemeIdUri: DOLBY, value },
    });
  });
}

const DESCRIPTION: AudioDescription = {
  type: "audio",
  codec: "x",
  sampleRate: 48000,
  ...toDolbyLayout(2, 0),
};
const CODEC = dolbyAudio({
  family: "x",
  entry: "xx-3",
  box: "dxx3",
  streamType: 0x81,
  packed: { extension: "x", type: "audio/x" },
  fourCC: "XX-3",
  subFormat: [1, 2],
  describe: () => DESCRIPTION,
});

Deno.test("dolbyAudio() maps to MPEG-TS without conversion", () => {
  const { streamType, streamId, createConverter, packed } = CODEC.mpegTs!;
  const xx3 = entry("xx-3", {});
  const frame = Uint8Array.of(0x0B, 0x77);
  assertEquals([streamType, streamId, packed?.extension], [0x81, 0xBD, "x"]);
  assertEquals(createConverter(xx3)(frame, true), [frame]);
});

Deno.test("dolbyAudio() builds no CodecPrivateData without the configuration box", () => {
  const { codecPrivateData } = CODEC.smooth!;
  assertEquals(codecPrivateData(entry("xx-3", {}), DESCRIPTION), undefined);
});
