/** Headers of chunks (RTMP 1.0 §5.3.1). */

/** In bytes: basic header, message header and extended timestamp. */
export const MAX_CHUNK_HEADER_SIZE = 3 + 11 + 4;

/** A timestamp field with this value is followed by an extended one. */
const EXTENDED = 0xffffff;

/** Fields of a header, by the type of the chunk; those that it does not have are 0. */
export interface ChunkHeader {
  /** In bytes; 0: there are not enough bytes to read it. */
  size: number;
  /** Type of the chunk, 0 to 3 (`fmt`). */
  format: number;
  /** ID of the chunk stream, 2 to 65599. */
  chunkStreamId: number;
  /** In ms: a timestamp in a chunk of type 0, a difference modulo 2^32 in types 1 and 2. */
  timestamp: number;
  /** True if `timestamp` comes from an extended timestamp. Chunks of type 3 have the same one again. */
  isExtended: boolean;
  /** Types 0 and 1: bytes of the message. */
  messageSize: number;
  /** Types 0 and 1: type of the message. */
  messageType: number;
  /** Type 0: ID of the message stream. */
  messageStreamId: number;
}

/** Returns a header to read into, so that no chunk allocates one. */
export function createChunkHeader(): ChunkHeader {
  return {
    size: 0,
    format: 0,
    chunkStreamId: 0,
    timestamp: 0,
    isExtended: false,
    messageSize: 0,
    messageType: 0,
    messageStreamId: 0,
  };
}

const MESSAGE_HEADER_SIZES = [11, 7, 3, 0];

/**
 * Reads the header in bytes `[start, end)`, without the extended timestamp of a chunk of type 3, which only its chunk stream
 * knows of.
 */
export function readChunkHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  header: ChunkHeader,
): void {
  header.size = 0;
  const first = bytes[start]!;
  header.format = first >> 6;
  const basicSize = (first & 63) === 0 ? 2 : (first & 63) === 1 ? 3 : 1;
  const at = start + basicSize;
  const next = at + MESSAGE_HEADER_SIZES[header.format]!;
  if (next > end) return;
  header.chunkStreamId = readChunkStreamId(bytes, start, basicSize);
  readMessageHeader(bytes, at, header);
  if (header.isExtended && next + 4 > end) return;
  if (header.isExtended) header.timestamp = readU32(bytes, next);
  header.size = next - start + (header.isExtended ? 4 : 0);
}

/** IDs of three bytes have the low one first. */
function readChunkStreamId(bytes: Uint8Array, at: number, basicSize: number): number {
  if (basicSize === 1) return bytes[at]! & 63;
  return 64 + bytes[at + 1]! + (basicSize === 3 ? bytes[at + 2]! * 256 : 0);
}

function readMessageHeader(bytes: Uint8Array, at: number, header: ChunkHeader): void {
  const { format } = header;
  header.timestamp = format < 3 ? readU24(bytes, at) : 0;
  header.isExtended = header.timestamp === EXTENDED;
  header.messageSize = format < 2 ? readU24(bytes, at + 3) : 0;
  header.messageType = format < 2 ? bytes[at + 6]! : 0;
  header.messageStreamId = format === 0 ? readLittleEndian(bytes, at + 7) : 0;
}

function readU24(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 65536 + bytes[at + 1]! * 256 + bytes[at + 2]!;
}

function readU32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 2 ** 24 + readU24(bytes, at + 1);
}

function readLittleEndian(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65536 + bytes[at + 3]! * 2 ** 24;
}
