/** Damaged connections of RTMP: handshake and commands, chunk streams, and AMF. */

import { assert, assertEquals } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { readAmf0Values } from "../../lib/live/rtmp/amf0.ts";
import { ChunkReader } from "../../lib/live/rtmp/chunk_reader.ts";
import { RtmpError } from "../../lib/live/rtmp/rtmp_error.ts";
import { RtmpSession } from "../../lib/live/rtmp/rtmp_session.ts";
import { splitAt } from "../live/memory_connection.ts";
import { amf, type AmfValue, nestAmf } from "../live/rtmp/amf_bytes.ts";
import { type Answer, readAnswers } from "../live/rtmp/answers.ts";
import { ChunkEncoder, type TestMessage } from "../live/rtmp/chunk_encoder.ts";
import { MESSAGE, RtmpEncoder } from "../live/rtmp/rtmp_encoder.ts";
import { concat, u32 } from "../mp4/movie_file.ts";
import { pickEnds } from "./damaged_pushes.ts";
import { damageText } from "./damage.ts";
import type { Prng } from "./prng.ts";

/** Bytes that a reader holds of what is not complete, beyond what it was given. */
const MAX_HELD_BEYOND = 1024;

const HANDSHAKE_BYTES = 1 + 2 * 1536;

/** Times and chunk streams at which fields change their size. */
const EDGES = {
  times: [0, 40, 2 ** 24 - 2, 2 ** 24 - 1, 2 ** 24, 2 ** 31 - 1, 2 ** 32 - 1],
  streams: [2, 3, 6, 63, 64, 319, 320, 65_599],
  chunkSizes: [1, 2, 100, 128, 4096, 65_536],
  types: [MESSAGE.audio, MESSAGE.video, MESSAGE.data, 3, 4, 5, 6, MESSAGE.aggregate, 99],
  sizes: [0, 1, 2, 127, 128, 129, 300],
};

const COMMANDS = [
  "connect",
  "createStream",
  "publish",
  "deleteStream",
  "FCUnpublish",
  "play",
  "_x",
];

/** Reads a connection from its first byte on, whole and in pieces. Returns false if it is rejected. */
export function readDamagedConnection(prng: Prng): boolean {
  const encoder = new RtmpEncoder({ client: prng.pick(["ffmpeg", "OBS"]) });
  const parts = [
    encoder.handshake(),
    encoder.connect(),
    encoder.createStream(),
    encoder.publish(),
    ...Array.from({ length: prng.below(6) }, () => buildRequest(prng, encoder)),
  ];
  if (prng.below(8) === 0) parts.splice(prng.below(parts.length), 1);
  if (prng.below(8) === 0) parts.push(parts.splice(prng.below(parts.length), 1)[0]!);
  const bytes = concat(...parts);
  // nothing in a handshake but its first byte has a meaning
  const start = prng.below(10) === 0 ? 0 : Math.min(HANDSHAKE_BYTES, bytes.length - 1);
  const damaged = prng.below(4) === 0 ? bytes : damageFrom(bytes, start, prng);
  const whole = runSession([damaged]);
  const split = runSession(splitAt(damaged, ...pickEnds(damaged.length, prng)));
  assertEquals(split, whole);
  return !whole.isRejected;
}

/** A message of a client after `publish`. */
function buildRequest(prng: Prng, encoder: RtmpEncoder): Uint8Array {
  switch (prng.below(6)) {
    case 5:
      return encoder.end();
    case 0:
      return encoder.ping(prng.below(2 ** 32));
    case 1:
      return encoder.control(prng.below(8), u32(prng.pick([0, 1, 3, 128, 4096, 2 ** 31])));
    case 2:
      return encoder.media(prng.pick(["audio", "video"]), prng.pick(EDGES.times), fill(prng, 40));
    case 3:
      return encoder.media("data", 0, amf("@setDataFrame", "onMetaData", buildValue(prng, 3)));
    default:
      return encoder.streamCommand(prng.pick(COMMANDS), null, buildValue(prng, 2));
  }
}

interface SessionResult {
  readonly events: readonly string[];
  readonly answers: readonly string[];
  readonly isRejected: boolean;
}

function runSession(pieces: readonly Uint8Array[]): SessionResult {
  const session = new RtmpSession();
  const events: string[] = [];
  const sent: Uint8Array[] = [];
  let [isRejected, size] = [false, 0];
  for (const piece of pieces) {
    size += piece.length;
    try {
      for (const event of session.push(piece)) {
        if (event.kind === "publish" && !events.some((it) => it.includes(event.kind))) {
          session.acceptPublish();
        }
        events.push(describe(event));
      }
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      events.push(...session.takeEvents().map(describe), error.message);
      isRejected = true;
      break;
    } finally {
      sent.push(session.takeOutput().slice());
    }
    assert(session.heldBytes <= size + MAX_HELD_BEYOND, `${session.heldBytes} bytes held`);
  }
  const answers = readAnswers(concat(...sent)).filter((answer) => !dependsOnPieces(answer));
  return { events, isRejected, answers: answers.map(({ payload }) => payload.toHex()) };
}

/** Acknowledgements, and what accepts a client: it may have ended in the piece in which it has requested to publish. */
function dependsOnPieces({ type, payload, code }: Answer): boolean {
  const isStreamBegin = type === MESSAGE.userControl && payload[1] === 0;
  return type === MESSAGE.acknowledgement || isStreamBegin || code === "NetStream.Publish.Start";
}

function describe(event: object): string {
  return JSON.stringify(event, (_, value) => value instanceof Uint8Array ? value.toHex() : value);
}

/** Reads chunk streams, whole and in pieces: undamaged ones give the messages that were written. */
export function readDamagedChunks(prng: Prng): boolean {
  const encoder = new ChunkEncoder({
    maxHeaderType: prng.pick([0, 1, 2, 3]),
    repeatsExtended: prng.below(3) > 0,
    wrapsBack: prng.below(2) === 0,
  });
  const { bytes, messages } = writeMessages(prng, encoder);
  const isDamaged = prng.below(2) === 0;
  const input = isDamaged ? damageFrom(bytes, 0, prng) : bytes;
  const whole = readChunks([input]);
  assertEquals(readChunks(splitAt(input, ...pickEnds(input.length, prng))), whole);
  if (!isDamaged) assertEquals(whole, messages.map(describeMessage));
  return !whole.at(-1)?.startsWith("rejected");
}

/** Messages one after another and interleaved, with changes of the chunk size between them. */
function writeMessages(prng: Prng, encoder: ChunkEncoder) {
  const streams = Array.from({ length: 1 + prng.below(4) }, () => prng.pick(EDGES.streams));
  const parts: Uint8Array[] = [];
  const messages: TestMessage[] = [];
  let time = prng.pick(EDGES.times);
  for (let i = prng.below(8); i >= 0; i--) {
    const group = [...new Set(streams)].map((chunkStream) => {
      time += prng.pick([0, 0, 23, 40, 40, 2 ** 24]);
      const type = prng.pick(EDGES.types);
      const payload = fill(prng, prng.pick(EDGES.sizes));
      return { chunkStream, type, stream: prng.below(2), timestamp: time, payload };
    });
    if (prng.below(2) === 0) {
      parts.push(...group.map((message) => encoder.write(message)));
      messages.push(...group);
    } else {
      parts.push(encoder.interleave(...group));
      messages.push(...inOrderOfEnd(group, encoder.options.chunkSize));
    }
    if (prng.below(3) === 0) parts.push(changeChunkSize(prng, encoder));
  }
  // whether an extended timestamp is repeated can depend on the next four bytes
  const { acknowledgement: type } = MESSAGE;
  const last = { chunkStream: 2, type, stream: 0, timestamp: 0, payload: u32(time) };
  return { bytes: concat(...parts, encoder.write(last)), messages: [...messages, last] };
}

/** Chunks are sent in turn: the message with the fewest ends first. */
function inOrderOfEnd(messages: readonly TestMessage[], chunkSize: number): TestMessage[] {
  const count = ({ payload }: TestMessage) => Math.max(1, Math.ceil(payload.length / chunkSize));
  return messages.toSorted((a, b) => count(a) - count(b));
}

function changeChunkSize(prng: Prng, encoder: ChunkEncoder): Uint8Array {
  const chunkSize = prng.pick(EDGES.chunkSizes);
  const payload = u32(chunkSize);
  const message = { chunkStream: 2, type: MESSAGE.setChunkSize, stream: 0, timestamp: 0, payload };
  const bytes = encoder.write(message);
  encoder.options = { ...encoder.options, chunkSize };
  return bytes;
}

function readChunks(pieces: readonly Uint8Array[]): string[] {
  const reader = new ChunkReader();
  const read: string[] = [];
  let size = 0;
  for (const piece of pieces) {
    size += piece.length;
    try {
      reader.push(piece);
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      read.push(...reader.takeMessages().map(describeRead), `rejected: ${error.message}`);
      break;
    }
    read.push(...reader.takeMessages().map(describeRead));
    assert(reader.heldBytes <= size, `${reader.heldBytes} bytes held of ${size}`);
  }
  return read;
}

interface ReadMessage {
  readonly type: number;
  readonly timestamp: number;
  readonly streamId: number;
  readonly payload: Uint8Array;
}

function describeRead({ type, timestamp, streamId, payload }: ReadMessage): string {
  return `${type} ${timestamp} ${streamId} ${payload.toHex()}`;
}

function describeMessage({ stream, timestamp, ...message }: TestMessage): string {
  return describeRead({ ...message, streamId: stream, timestamp: timestamp % 2 ** 32 });
}

/** Reads values of AMF: undamaged ones are what was written. */
export function readDamagedAmf(prng: Prng): boolean {
  const values = Array.from({ length: 1 + prng.below(3) }, () => buildValue(prng, 4));
  const bytes = amf(...values);
  const kind = prng.below(4);
  if (kind === 0) {
    assertEquals(readAmf0Values(bytes).map(toPlain), values.map(toPlain));
    return true;
  }
  const nested = concat(bytes, nestAmf(1 + prng.below(100)));
  const damaged = damageFrom(kind === 1 ? nested : bytes, 0, prng);
  try {
    const read = readAmf0Values(damaged);
    assert(read.length <= damaged.length);
    return true;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return false;
  }
}

/** @param depth of the values that it may contain */
function buildValue(prng: Prng, depth: number): AmfValue {
  const kind = prng.below(depth > 0 ? 9 : 6);
  switch (kind) {
    case 0:
      return prng.pick([0, -1, 1.5, 7, 1e300, NaN, 2 ** 53]);
    case 1:
      return prng.below(2) === 0;
    case 2:
      return prng.pick(["", "a", "onMetaData", "é€𝄞", "x".repeat(300)]);
    case 3:
      return "y".repeat(prng.pick([65_535, 65_536, 10]));
    case 4:
      return null;
    case 5:
      return undefined;
    case 6:
      return Array.from({ length: prng.below(4) }, () => buildValue(prng, depth - 1));
    case 7:
      return new Map(listProperties(prng, depth));
    default:
      return Object.fromEntries(listProperties(prng, depth));
  }
}

function listProperties(prng: Prng, depth: number): [string, AmfValue][] {
  return Array.from({ length: prng.below(4) }, (_, i) => [
    prng.pick(["a", "codec", "é", "__proto__2", `${i}`]),
    buildValue(prng, depth - 1),
  ]);
}

/** Objects of both kinds as sorted entries. */
function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== "object" || value === null) return value;
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return { entries: entries.map(([name, value]) => [name, toPlain(value)]).sort() };
}

function fill(prng: Prng, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, () => prng.below(256));
}

/** Damages what is behind `start`. */
function damageFrom(bytes: Uint8Array, start: number, prng: Prng): Uint8Array {
  let rest: Uint8Array = bytes.slice(start);
  for (let i = prng.below(3); i >= 0; i--) {
    if (rest.length > 0) rest = damageText(rest, prng).bytes;
  }
  return concat(bytes.subarray(0, start), rest);
}
