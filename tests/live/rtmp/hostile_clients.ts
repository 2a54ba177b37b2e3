/** Clients of RTMP that break it, or the limits of a server, and how they end. */

import { concat, u32, u8 } from "../../mp4/movie_file.ts";
import { amf, nestAmf } from "./amf_bytes.ts";
import { writeBasicHeader } from "./chunk_encoder.ts";
import { readSource } from "./media_source.ts";
import { MESSAGE, type RtmpEncoder } from "./rtmp_encoder.ts";
import {
  CODED_FRAMES,
  enhancedTag,
  legacyAac,
  legacyAvc,
  SEQUENCE_START,
  u24,
} from "./tag_bytes.ts";

const [video] = await readSource("test-avc-baseline.mp4");

export interface HostileClient {
  readonly name: string;
  /** Pieces that are sent 20 ms one after another, written by an encoder that has sent nothing yet. */
  readonly build: (encoder: RtmpEncoder) => Uint8Array[];
  /** The connection is closed within so many seconds; 0: at once. */
  readonly closes: number;
  /** Codes of the last answer. */
  readonly status?: string;
  /** A line of the log. */
  readonly log: RegExp;
}

const started = (encoder: RtmpEncoder) =>
  concat(encoder.handshake(), encoder.connect(), encoder.createStream());

const published = (encoder: RtmpEncoder) => concat(started(encoder), encoder.publish());

/** Publishes, with chunks of a byte from then on. */
const tiny = (encoder: RtmpEncoder) =>
  concat(published(encoder), encoder.control(MESSAGE.setChunkSize, u32(1)));

/** The first chunk of a message of 16 MB, with one byte of it. */
function openMessage(chunkStream: number, type: number = MESSAGE.video): Uint8Array {
  const basic = writeBasicHeader(0, chunkStream);
  return concat(basic, u24(0), u24(2 ** 24 - 1), u8(type), u32(0x01000000), u8(0x17));
}

export function range(count: number, build: (i: number) => Uint8Array): Uint8Array {
  return concat(...Array.from({ length: count }, (_, i) => build(i)));
}

/** A message of any type, in one chunk stream with commands. */
function raw(encoder: RtmpEncoder, type: number, payload: Uint8Array): Uint8Array {
  return encoder.chunks.write({ chunkStream: 3, type, stream: 0, timestamp: 0, payload });
}

function emptyMessage(chunkStream: number): Uint8Array {
  const basic = writeBasicHeader(0, chunkStream);
  return concat(basic, u24(0), u24(0), u8(MESSAGE.video), u32(0x01000000));
}

/** The next chunk of a message on one of 15 chunk streams, which begin with one each. */
function interleaved(i: number): Uint8Array {
  const chunkStream = 10 + i % 15;
  return i < 15
    ? concat(openMessage(chunkStream), new Uint8Array(4095))
    : concat(writeBasicHeader(3, chunkStream), new Uint8Array(4096));
}

/** The sequence header of a track in the form of one track. */
function trackHeader(trackId: number): Uint8Array {
  const { configuration } = video!;
  return enhancedTag({
    type: "video",
    packetType: SEQUENCE_START,
    form: "one track",
    tracks: [{ fourCc: "avc1", trackId, body: configuration }],
  });
}

/** Of two tracks in a message, one that states more bytes than there are. */
function oversizedTrack(): Uint8Array {
  const tag = enhancedTag({
    type: "video",
    packetType: CODED_FRAMES,
    form: "many tracks",
    tracks: [{ fourCc: "avc1", trackId: 0, body: u8(0, 0, 0, 1, 2, 3) }],
  });
  return tag.subarray(0, -1);
}

const BROKEN = /RTMP/;

export const HOSTILE_CLIENTS: readonly HostileClient[] = [
  {
    name: "the version of RTMP alone",
    build: () => [u8(3)],
    closes: 12,
    log: /10 s/,
  },
  {
    name: "half a handshake",
    build: (encoder) => [encoder.handshake().subarray(0, 700)],
    closes: 12,
    log: /10 s/,
  },
  {
    name: "a handshake and nothing more",
    build: (encoder) => [encoder.handshake()],
    closes: 12,
    log: /10 s/,
  },
  {
    name: "connect and nothing more",
    build: (encoder) => [encoder.handshake(), encoder.connect()],
    closes: 12,
    log: /10 s/,
  },
  {
    name: "a version that is not RTMP's behind that of a connection",
    build: () => [concat(u8(3), new Uint8Array(70_000).fill(255))],
    closes: 1,
    log: /chunk stream 63/,
  },
  {
    name: "chunks of 0 bytes",
    build: (encoder) => [published(encoder), encoder.control(MESSAGE.setChunkSize, u32(0))],
    closes: 1,
    log: /chunks of 0 bytes/,
  },
  {
    name: "chunks of 2^31 bytes",
    build: (encoder) => [published(encoder), encoder.control(MESSAGE.setChunkSize, u32(2 ** 31))],
    closes: 1,
    log: /chunks of 2147483648 bytes/,
  },
  {
    name: "a chunk size without a size",
    build: (encoder) => [published(encoder), encoder.control(MESSAGE.setChunkSize, u8(1))],
    closes: 1,
    log: BROKEN,
  },
  {
    name: "a connect whose AMF is nested as deep as 64 KB allow",
    build: (encoder) => [
      encoder.handshake(),
      raw(encoder, MESSAGE.command, concat(amf("connect", 1), nestAmf(12_000))),
    ],
    closes: 1,
    log: /nested/,
  },
  {
    name: "a command whose AMF is nested 100,000 deep",
    build: (encoder) => [
      published(encoder),
      raw(encoder, MESSAGE.command, concat(amf("FCUnpublish", 1), nestAmf(100_000))),
    ],
    closes: 1,
    log: /400023 bytes, expected at most 65536/,
  },
  {
    name: "metadata whose AMF is nested 100,000 deep",
    build: (encoder) => [
      published(encoder),
      encoder.media("data", 0, concat(amf("@setDataFrame", "onMetaData"), nestAmf(100_000))),
    ],
    closes: Infinity,
    log: /other/,
  },
  {
    name: "metadata with an array of 2^32 - 1 values",
    build: (encoder) => [
      published(encoder),
      encoder.media("data", 0, concat(amf("onMetaData"), u8(10), u32(2 ** 32 - 1))),
    ],
    closes: Infinity,
    log: /other/,
  },
  {
    name: "a message on each chunk stream",
    build: (encoder) => [tiny(encoder), range(65_598, (i) => openMessage(i + 2))],
    closes: 1,
    log: /messages|chunk streams/,
  },
  {
    name: "complete messages on each chunk stream",
    build: (encoder) => [
      published(encoder),
      range(65_598, (i) => emptyMessage(i + 2)),
    ],
    closes: 1,
    log: /chunk streams/,
  },
  {
    name: "messages that are interleaved without end",
    build: (encoder) => [published(encoder), range(20_000, (i) => interleaved(i))],
    closes: 1,
    log: /messages|type/,
  },
  {
    name: "messages of 16 MB with one byte each",
    build: (encoder) => [tiny(encoder), range(17, (i) => openMessage(i + 2))],
    closes: 1,
    log: /messages/,
  },
  {
    name: "a chunk that goes on with nothing",
    build: (encoder) => [published(encoder), concat(writeBasicHeader(3, 40), u8(0, 0, 0))],
    closes: 1,
    log: /chunk stream 40/,
  },
  {
    name: "100,000 commands that publish nothing",
    build: (encoder) => [
      started(encoder),
      range(100_000, () => encoder.command("createStream", null)),
    ],
    closes: 1,
    log: /published nothing/,
  },
  {
    name: "media before publish",
    build: (encoder) => [started(encoder), encoder.media("video", 0, legacyAvc(0, u8(1)))],
    closes: 1,
    log: /before publish/,
  },
  {
    name: "a command before connect",
    build: (encoder) => [encoder.handshake(), encoder.createStream()],
    closes: 1,
    log: /before connect/,
  },
  {
    name: "a second stream",
    build: (encoder) => [published(encoder), encoder.publish()],
    closes: Infinity,
    status: "NetStream.Publish.BadName",
    log: /other/,
  },
  {
    name: "a player",
    build: (encoder) => [started(encoder), encoder.streamCommand("play", null, "news")],
    closes: 12,
    status: "NetStream.Play.StreamNotFound",
    log: /10 s/,
  },
  {
    name: "audio before its header",
    build: (encoder) => [
      published(encoder),
      ...Array.from(
        { length: 100 },
        (_, i) => encoder.media("audio", 20 * i, legacyAac(1, u8(1, 2, 3))),
      ),
    ],
    closes: 1,
    log: /no sequence header/,
  },
  {
    name: "a decoder configuration of one byte",
    build: (encoder) => [
      published(encoder),
      encoder.media("video", 0, legacyAvc(0, u8(1))),
      ...Array.from(
        { length: 100 },
        (_, i) => encoder.media("video", 20 * i, legacyAvc(1, u8(0, 0, 0, 1, 0x65))),
      ),
    ],
    closes: 1,
    log: /sequence header is broken/,
  },
  {
    name: "multitrack messages of 256 tracks",
    build: (encoder) => [
      published(encoder),
      range(256, (trackId) => encoder.media("video", 0, trackHeader(trackId))),
    ],
    closes: 1,
    log: /other/,
  },
  {
    name: "a track that is larger than its message",
    build: (encoder) => [
      published(encoder),
      encoder.media("video", 0, oversizedTrack()),
    ],
    closes: 1,
    log: /other/,
  },
];
