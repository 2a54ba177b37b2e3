/** Reads PES packets (13818-1 §2.4.3.6). */

import { MediaError } from "../../errors.ts";

export interface PesPacket {
  readonly streamId: number;
  /** 33 bits of 90 kHz. */
  readonly pts: number;
  readonly dts: number;
  /** data_alignment_indicator. */
  readonly aligned: boolean;
  readonly data: Uint8Array;
}

/** Up to and including PES_header_data_length. */
const HEADER_SIZE = 9;

/** @throws MediaError if it is invalid, scrambled, or has no PTS */
export function readPes(bytes: Uint8Array): PesPacket {
  if (bytes.length < HEADER_SIZE || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 1) {
    throw new MediaError("Cannot find the start code of a PES packet");
  }
  const streamId = bytes[3]!;
  const length = bytes[4]! * 256 + bytes[5]!;
  const isVideo = (streamId & 0xF0) === 0xE0;
  if (length !== bytes.length - 6 && (length > 0 || !isVideo)) {
    throw new MediaError(`Cannot read PES_packet_length ${length}, expected ${bytes.length - 6}`);
  }
  if ((bytes[6]! & 0xF0) !== 0x80) {
    throw new MediaError("Cannot read a scrambled PES packet");
  }
  const flags = bytes[7]! >> 6;
  const start = HEADER_SIZE + bytes[8]!;
  if (flags < 2 || start < HEADER_SIZE + (flags === 3 ? 10 : 5) || start > bytes.length) {
    throw new MediaError("Cannot find the PTS of a PES packet");
  }
  const pts = readTimestamp(bytes, HEADER_SIZE, flags);
  return {
    streamId,
    pts,
    dts: flags === 3 ? readTimestamp(bytes, HEADER_SIZE + 5, 1) : pts,
    aligned: (bytes[6]! & 4) !== 0,
    data: bytes.subarray(start),
  };
}

/** Reads 33 bits in 5 bytes, with marker bits (§2.4.3.7). */
function readTimestamp(bytes: Uint8Array, at: number, prefix: number): number {
  const [a, b, c, d, e] = [
    bytes[at]!,
    bytes[at + 1]!,
    bytes[at + 2]!,
    bytes[at + 3]!,
    bytes[at + 4]!,
  ];
  if (a >> 4 !== prefix || (a & c & e & 1) === 0) {
    throw new MediaError("Cannot read a timestamp without its markers");
  }
  return (a >> 1 & 7) * 2 ** 30 + (b * 128 + (c >> 1)) * 2 ** 15 + d * 128 + (e >> 1);
}
