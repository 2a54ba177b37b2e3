/** Chunk streams of RTMP ([RTMP] §5.3) as an encoder writes them, without the code under test. */

import { concat, u32, u8 } from "../../mp4/movie_file.ts";

export interface TestMessage {
  /** Chunk stream, 2 to 65,599. */
  readonly chunkStream: number;
  readonly type: number;
  /** Message stream. */
  readonly stream: number;
  /** In milliseconds; only the last 32 bits are sent. */
  readonly timestamp: number;
  readonly payload: Uint8Array;
}

export type HeaderType = 0 | 1 | 2 | 3;

export interface ChunkOptions {
  /** In bytes. */
  readonly chunkSize: number;
  /**
   * Greatest type of a message header that is written: 0 makes each complete. Default: 3, as the least that tells what changed.
   */
  readonly maxHeaderType: HeaderType;
  /** The extended timestamp is also in type 3 chunks (§5.3.1.3). librtmp and ffmpeg do so; some encoders do not. */
  readonly repeatsExtended: boolean;
  /** A timestamp before the last one is sent as a difference of 32 bits, which wraps, as librtmp does; else in a header of type 0. */
  readonly wrapsBack: boolean;
}

const DEFAULTS: ChunkOptions = {
  chunkSize: 128,
  maxHeaderType: 3,
  repeatsExtended: true,
  wrapsBack: false,
};

const MAX_TIME_FIELD = 0xffffff;

const u24 = (value: number) => u8(value >>> 16 & 255, value >>> 8 & 255, value & 255);
const toUint32 = (value: number) => ((value % 2 ** 32) + 2 ** 32) % 2 ** 32;

interface PreviousHeader extends TestMessage {
  /** What the timestamp field has stated last: of type 0 the timestamp, else the difference. */
  readonly field: number;
}

export class ChunkEncoder {
  options: ChunkOptions;
  /** Message headers so far, by type. */
  readonly headers = [0, 0, 0, 0];
  readonly #previous = new Map<number, PreviousHeader>();

  constructor(options: Partial<ChunkOptions> = {}) {
    this.options = { ...DEFAULTS, ...options };
  }

  /** All chunks of a message. */
  write(message: TestMessage): Uint8Array {
    return concat(...this.chunks(message));
  }

  /** The chunks of a message, between which those of other chunk streams may be sent. */
  chunks(message: TestMessage): Uint8Array[] {
    const { chunkSize, repeatsExtended } = this.options;
    const { chunkStream, payload } = message;
    const { header, field } = this.#writeHeader(message);
    const isExtended = field >= MAX_TIME_FIELD && repeatsExtended;
    const later = concat(writeBasicHeader(3, chunkStream), isExtended ? u32(field) : []);
    const chunks: Uint8Array[] = [];
    for (let at = 0; at === 0 || at < payload.length; at += chunkSize) {
      const part = payload.subarray(at, at + chunkSize);
      chunks.push(concat(at === 0 ? header : later, part));
    }
    return chunks;
  }

  /** One chunk of each chunk stream in turn; messages of one chunk stream follow each other. */
  interleave(...messages: TestMessage[]): Uint8Array {
    const streams = Map.groupBy(messages, ({ chunkStream }) => chunkStream);
    const lists = Array.from(streams.values(), (own) => own.flatMap((it) => this.chunks(it)));
    const longest = Math.max(...lists.map(({ length }) => length));
    return concat(
      ...Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat(),
    );
  }

  #writeHeader(message: TestMessage): { header: Uint8Array; field: number } {
    const type = this.#chooseType(message);
    this.headers[type]!++;
    const { chunkStream, payload, stream, timestamp } = message;
    const previous = this.#previous.get(chunkStream);
    const field = toUint32(type === 0 ? timestamp : timestamp - previous!.timestamp);
    this.#previous.set(chunkStream, { ...message, field });
    const isExtended = field >= MAX_TIME_FIELD;
    const isStated = isExtended && (type < 3 || this.options.repeatsExtended);
    const header = concat(
      writeBasicHeader(type, chunkStream),
      type < 3 ? u24(Math.min(field, MAX_TIME_FIELD)) : [],
      type < 2 ? concat(u24(payload.length), u8(message.type)) : [],
      type < 1 ? littleEndian(stream) : [],
      isStated ? u32(field) : [],
    );
    return { header, field };
  }

  #chooseType({ chunkStream, type, stream, timestamp, payload }: TestMessage): HeaderType {
    const previous = this.#previous.get(chunkStream);
    const { maxHeaderType, wrapsBack } = this.options;
    const isBack = previous && timestamp < previous.timestamp && !wrapsBack;
    if (!previous || isBack || previous.stream !== stream || maxHeaderType < 1) return 0;
    const isAlike = previous.type === type && previous.payload.length === payload.length;
    if (!isAlike || maxHeaderType < 2) return 1;
    const isNext = toUint32(timestamp - previous.timestamp) === previous.field;
    return isNext && maxHeaderType === 3 ? 3 : 2;
  }
}

/** Basic header (§5.3.1.1): 1 to 3 bytes. */
export function writeBasicHeader(type: HeaderType, chunkStream: number): Uint8Array {
  const first = type << 6;
  if (chunkStream < 64) return u8(first | chunkStream);
  const rest = chunkStream - 64;
  return rest < 256 ? u8(first, rest) : u8(first | 1, rest & 255, rest >> 8);
}

function littleEndian(value: number): Uint8Array {
  return u32(value).reverse();
}
