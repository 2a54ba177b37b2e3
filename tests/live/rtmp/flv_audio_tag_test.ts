import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readAudioTag } from "../../../lib/live/rtmp/flv_audio_tag.ts";
import { ascii, concat, u8 } from "../../mp4/movie_file.ts";
import { enhancedTag, legacyAac, legacyMp3 } from "./tag_bytes.ts";

const data = u8(4, 5, 6, 7);
const base = { type: "audio", trackId: 0, codec: "mp4a" } as const;
const frame = { ...base, kind: "frame", isSync: true, compositionOffset: 0, data } as const;
const opus = { fourCc: "Opus", trackId: 0, body: data };
const audio = (tag: Omit<Parameters<typeof enhancedTag>[0], "type">) =>
  enhancedTag({ type: "audio", ...tag });

const TAGS: [what: string, tag: Uint8Array, packets: unknown[]][] = [
  ["nothing, which is silence", u8(), []],
  ["a sequence header", legacyAac(0, data), [{ ...base, kind: "configuration", record: data }]],
  ["a frame", legacyAac(1, data), [frame]],
  ["an empty frame", legacyAac(1, u8()), [{ ...frame, data: u8() }]],
  ["MP3", legacyMp3(data), [{ ...frame, codec: ".mp3" }]],
  ["MP3 at 8 kHz", concat(u8(0xe2), data), [{ ...frame, codec: ".mp3" }]],
  [
    "Speex",
    u8(0xb6, 1),
    [{ type: "audio", trackId: 0, kind: "unsupported", reason: "SoundFormat 11 is not supported" }],
  ],
  [
    "SequenceStart",
    audio({ packetType: 0, tracks: [opus] }),
    [{ ...base, codec: "Opus", kind: "configuration", record: data }],
  ],
  ["CodedFrames", audio({ packetType: 1, tracks: [opus] }), [{ ...frame, codec: "Opus" }]],
  ["SequenceEnd", audio({ packetType: 2, tracks: [{ ...opus, body: u8() }] }), []],
  ["MultichannelConfig", audio({ packetType: 4, tracks: [opus] }), []],
  [
    "an unknown codec",
    audio({ packetType: 1, tracks: [{ ...opus, fourCc: "ac\n4" }] }),
    [{
      ...{ type: "audio", trackId: 0, kind: "unsupported" },
      reason: "codec 'ac?4' is not supported",
    }],
  ],
  [
    "one track of several, with ModEx",
    audio({
      ...{ packetType: 1, form: "one track", modEx: [{ type: 0, data }] },
      tracks: [{ ...opus, trackId: 3 }],
    }),
    [{ ...frame, codec: "Opus", trackId: 3 }],
  ],
  [
    "many tracks",
    audio({ packetType: 1, form: "many tracks", tracks: [opus, { ...opus, trackId: 1 }] }),
    [{ ...frame, codec: "Opus" }, { ...frame, codec: "Opus", trackId: 1 }],
  ],
  [
    "many tracks of many codecs",
    audio({
      ...{ packetType: 1, form: "many tracks, many codecs" },
      tracks: [opus, { fourCc: "ec-3", trackId: 1, body: data }],
    }),
    [{ ...frame, codec: "Opus" }, { ...frame, codec: "ec-3", trackId: 1 }],
  ],
];

for (const [what, tag, packets] of TAGS) {
  Deno.test(`readAudioTag() reads ${what}`, () =>
    assertEquals(readAudioTag(tag), packets as never));
}

Deno.test("readAudioTag() rejects tags that are truncated", () => {
  for (const tag of [u8(0xaf), concat(u8(0x91), ascii("Opu")), u8(0x97, 0)]) {
    assertThrows(() => readAudioTag(tag), MediaError, "audio tag: Cannot read");
  }
});
