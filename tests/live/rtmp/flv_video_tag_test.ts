import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readVideoTag } from "../../../lib/live/rtmp/flv_video_tag.ts";
import { ascii, concat, u8 } from "../../mp4/movie_file.ts";
import { enhancedTag, legacyAvc, u24 } from "./tag_bytes.ts";

const record = u8(1, 2, 3);
const data = u8(4, 5, 6, 7);
const base = { type: "video", trackId: 0, codec: "avc1" } as const;
const frame = { ...base, kind: "frame", isSync: true, compositionOffset: 0, data } as const;
const hevc = { fourCc: "hvc1", trackId: 0, body: data };
const video = (tag: Omit<Parameters<typeof enhancedTag>[0], "type">) =>
  enhancedTag({ type: "video", ...tag });

const TAGS: [what: string, tag: Uint8Array, packets: unknown[]][] = [
  ["nothing", u8(), []],
  ["a sequence header", legacyAvc(0, record), [{ ...base, kind: "configuration", record }]],
  ["a key frame", legacyAvc(1, data, { offset: 80 }), [{ ...frame, compositionOffset: 80 }]],
  [
    "a frame that is composed before it is decoded",
    legacyAvc(1, data, { isKey: false, offset: -40 }),
    [{ ...frame, isSync: false, compositionOffset: -40 }],
  ],
  [
    "the greatest offset",
    legacyAvc(1, data, { offset: 2 ** 23 - 1 }),
    [{ ...frame, compositionOffset: 2 ** 23 - 1 }],
  ],
  ["a generated key frame", concat(u8(0x47, 1), u24(0), data), [frame]],
  ["an end of sequence", legacyAvc(2, u8()), []],
  ["an end of sequence without offset", u8(0x17, 2), []],
  ["a command", u8(0x57, 0), []],
  ["HEVC with CodecID 12", concat(u8(0x1c, 1), u24(0), data), [{ ...frame, codec: "hvc1" }]],
  [
    "H.263",
    u8(0x12, 0),
    [{ type: "video", trackId: 0, kind: "unsupported", reason: "CodecID 2 is not supported" }],
  ],
  [
    "SequenceStart",
    video({ packetType: 0, tracks: [{ ...hevc, body: record }] }),
    [{ ...base, codec: "hvc1", kind: "configuration", record }],
  ],
  [
    "CodedFrames of HEVC, with an offset",
    video({ packetType: 1, isKey: false, tracks: [{ ...hevc, body: concat(u24(-1), data) }] }),
    [{ ...frame, codec: "hvc1", isSync: false, compositionOffset: -1 }],
  ],
  ["CodedFramesX", video({ packetType: 3, tracks: [hevc] }), [{ ...frame, codec: "hvc1" }]],
  [
    "CodedFrames of AV1, without an offset",
    video({ packetType: 1, tracks: [{ ...hevc, fourCc: "av01" }] }),
    [{ ...frame, codec: "av01" }],
  ],
  ["SequenceEnd", video({ packetType: 2, tracks: [{ ...hevc, body: u8() }] }), []],
  ["Metadata", video({ packetType: 4, tracks: [hevc] }), []],
  [
    "MPEG2TSSequenceStart",
    video({ packetType: 5, tracks: [hevc] }),
    [{
      ...{ type: "video", trackId: 0, kind: "unsupported" },
      reason: "a configuration of MPEG-2 TS is not supported",
    }],
  ],
  ["a packet type that is reserved", video({ packetType: 8, tracks: [hevc] }), []],
  ["an enhanced command", concat(u8(0xd0, 0)), []],
  [
    "VP8",
    video({ packetType: 0, tracks: [{ ...hevc, fourCc: "vp08" }] }),
    [{
      ...{ type: "video", trackId: 0, kind: "unsupported" },
      reason: "codec 'vp08' is not supported",
    }],
  ],
  [
    "ModEx of three sizes",
    video({
      ...{ packetType: 3, tracks: [hevc] },
      modEx: [
        { type: 0, data: u8(0, 0, 9) },
        { type: 15, data: new Uint8Array(255) },
        { type: 1, data: new Uint8Array(256) },
        { type: 1, data: new Uint8Array(65536) },
      ],
    }),
    [{ ...frame, codec: "hvc1" }],
  ],
  [
    "one track of several",
    video({ ...{ packetType: 3, form: "one track" }, tracks: [{ ...hevc, trackId: 200 }] }),
    [{ ...frame, codec: "hvc1", trackId: 200 }],
  ],
  [
    "many tracks",
    video({
      ...{ packetType: 0, form: "many tracks" },
      tracks: [{ ...hevc, body: record }, { ...hevc, trackId: 1, body: data }],
    }),
    [
      { ...base, codec: "hvc1", kind: "configuration", record },
      { ...base, codec: "hvc1", kind: "configuration", trackId: 1, record: data },
    ],
  ],
  [
    "many tracks of many codecs, with ModEx",
    video({
      ...{ packetType: 1, form: "many tracks, many codecs", modEx: [{ type: 0, data }] },
      tracks: [
        { ...hevc, body: concat(u24(40), data) },
        { fourCc: "vp09", trackId: 2, body: data },
      ],
    }),
    [
      { ...frame, codec: "hvc1", compositionOffset: 40 },
      { ...frame, codec: "vp09", trackId: 2 },
    ],
  ],
];

for (const [what, tag, packets] of TAGS) {
  Deno.test(`readVideoTag() reads ${what}`, () =>
    assertEquals(readVideoTag(tag), packets as never));
}

const TRUNCATED: [what: string, tag: Uint8Array, message: string][] = [
  ["a legacy tag", u8(0x17), "video tag: Cannot read 1 bytes where 0 are left"],
  ["an offset", u8(0x17, 1, 0), "video tag: Cannot read"],
  ["a FOURCC", concat(u8(0x90), ascii("hvc")), "video tag: Cannot read 4 bytes where 3 are left"],
  ["a ModEx packet", u8(0x97, 200, 0), "video tag: Cannot read 201 bytes where 1 are left"],
  [
    "a part of a track",
    concat(u8(0x96, 0x10), ascii("hvc1"), u8(0), u24(5), data),
    "video tag: Cannot read 5 bytes where 4 are left",
  ],
];

for (const [what, tag, message] of TRUNCATED) {
  Deno.test(`readVideoTag() rejects ${what} that is truncated`, () => {
    assertThrows(() => readVideoTag(tag), MediaError, message);
  });
}

Deno.test("readVideoTag() rejects an unknown kind of multitrack", () => {
  assertThrows(
    () => readVideoTag(concat(u8(0x96, 0x30), ascii("hvc1"))),
    MediaError,
    "video tag: Cannot read AvMultitrackType 3, expected 0 to 2",
  );
});
