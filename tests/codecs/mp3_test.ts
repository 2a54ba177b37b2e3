import { assertEquals, assertThrows } from "@std/assert";
import { mp3 } from "../../lib/codecs/mp3.ts";
import { MediaError } from "../../lib/errors.ts";
import { entry, esds, hex } from "./entry.ts";

/** Frame header and the expected description. */
const headers: [what: string, header: string, codec: string, rate: number, channels: number][] = [
  ["joint stereo of 48 kHz", "fffb9464", "mp4a.6B", 48000, 2],
  ["44.1 kHz", "fffb9004", "mp4a.6B", 44100, 2],
  ["dual channel", "fffb9884", "mp4a.6B", 32000, 2],
  ["MPEG-2, mono", "fff340c4", "mp4a.69", 22050, 1],
  ["MPEG-2.5, mono", "ffe340c4", "mp4a.69", 11025, 1],
  ["layer II", "fffd8404", "mp4a.6B", 48000, 2],
];

for (const [what, header, codec, sampleRate, channels] of headers) {
  Deno.test(`mp3 prefers the frame header to the sample entry: ${what}`, () => {
    const mp4a = entry("mp4a", { esds: esds("6b") }, { channels: 6, sampleRate: 1 });
    assertEquals(mp3.needsSample!(mp4a), true);
    assertEquals(mp3.describe(mp4a, hex(header)), {
      type: "audio",
      codec,
      sampleRate,
      channels,
      channelConfiguration: channels,
      dashChannels: {
        schemeIdUri: "urn:mpeg:mpegB:cicp:ChannelConfiguration",
        value: `${channels}`,
      },
    });
  });
}

Deno.test("mp3 describes QuickTime's sample entry", () => {
  const { codec } = mp3.describe(entry(".mp3", {}), hex("fffb9464"));
  assertEquals(codec, "mp4a.6B");
});

for (const [sampleRate, codec] of [[44100, "mp4a.6B"], [22050, "mp4a.69"]] as const) {
  Deno.test(`mp3 reads ${sampleRate} Hz from the sample entry without a sample`, () => {
    const description = mp3.describe(entry(".mp3", {}, { channels: 1, sampleRate }));
    assertEquals(description.codec, codec);
  });
}

Deno.test("mp3 is MPEG audio in MPEG-TS", () => {
  const { streamType, streamId, packed } = mp3.mpegTs!;
  assertEquals([streamType, streamId], [0x03, 0xC0]); // 13818-1 tables 2-34 and 2-22
  assertEquals(packed, { extension: "mp3", type: "audio/mpeg" });
});

const broken: [what: string, sample: string, message: string][] = [
  ["no header", "49443304", "first sample: Cannot read an MP3 frame: the sync word is missing"],
  ["a truncated header", "fffb", "first sample: Cannot skip 7 bits"],
  ["an empty sample", "", "first sample: Cannot read"],
  [
    "a reserved version",
    "ffeb9464",
    "first sample: Cannot read an MP3 frame: its version or sample rate is reserved",
  ],
  [
    "a reserved rate",
    "fffb9c64",
    "first sample: Cannot read an MP3 frame: its version or sample rate is reserved",
  ],
];

for (const [what, sample, message] of broken) {
  Deno.test(`mp3 rejects ${what}`, () => {
    assertThrows(() => mp3.describe(entry(".mp3", {}), hex(sample)), MediaError, message);
  });
}

Deno.test("mp3 rejects a sample entry without channels", () => {
  assertThrows(
    () => mp3.describe(entry(".mp3", {})),
    MediaError,
    "the sample entry declares no channels",
  );
});
