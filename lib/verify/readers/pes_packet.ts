/** PES packets (13818-1 §2.4.3.6), read. */

import { MediaError } from "../../errors.ts";

export interface PesPacket {
  readonly streamId: number;
  /** In ticks of 90 kHz, of 33 bits. */
  readonly pts: number;
  readonly dts: number;
  /** An access unit starts where the data does. */
  readonly aligned: boolean;
  readonly data: Uint8Array;
}

/** Bytes up to PES_header_data_length, and with it. */
const HEADER = 9;

/** @throws MediaError when it is none, or has no time */
export function readPes(bytes: Uint8Array): PesPacket {
  if (bytes.length < HEADER || bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 1) {
    throw new MediaError("Cannot find the start code of a PES packet");
  }
  const streamId = bytes[3]!;
  const length = bytes[4]! * 256 + bytes[5]!;
  const isVideo = (streamId & 0xF0) === 0xE0;
  if (length !== bytes.length - 6 && (length > 0 || !isVideo)) {
    throw new MediaError(`Cannot read a PES packet of ${length} bytes in ${bytes.length - 6}`);
  }
  if ((bytes[6]! & 0xF0) !== 0x80) {
    throw new MediaError("Cannot read a PES packet that is scrambled");
  }
  const flags = bytes[7]! >> 6;
  const start = HEADER + bytes[8]!;
  if (flags < 2 || start < HEADER + (flags === 3 ? 10 : 5) || start > bytes.length) {
    throw new MediaError("Cannot find the time of a PES packet");
  }
  const pts = readTimestamp(bytes, HEADER, flags);
  return {
    streamId,
    pts,
    dts: flags === 3 ? readTimestamp(bytes, HEADER + 5, 1) : pts,
    aligned: (bytes[6]! & 4) !== 0,
    data: bytes.subarray(start),
  };
}

/** 33 bits in 5 bytes, with a marker behind each part (§2.4.3.7). */
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
