/** Reads the PAT and the PMT (13818-1 §2.4.4). */

import { MediaError } from "../../errors.ts";

export interface ProgramStream {
  readonly pid: number;
  readonly streamType: number;
  readonly descriptors: Uint8Array;
}

export interface ProgramMap {
  readonly pcrPid: number;
  readonly streams: readonly ProgramStream[];
}

const PAT = 0;
const PMT = 2;

const SECTION_HEADER_SIZE = 8;
const CRC_SIZE = 4;

/** PID of the program map. @throws MediaError unless there is exactly one program */
export function readPat(payload: Uint8Array): number {
  const body = readSection(payload, PAT);
  if (body.length !== 4) throw new MediaError("Cannot read a PAT with other than one program");
  return (body[2]! & 31) * 256 + body[3]!;
}

/** @throws MediaError if the section is invalid */
export function readPmt(payload: Uint8Array): ProgramMap {
  const body = readSection(payload, PMT);
  const streams: ProgramStream[] = [];
  for (let at = 4 + readLength12(body, 2); at + 5 <= body.length;) {
    const end = at + 5 + readLength12(body, at + 3);
    streams.push({
      pid: (body[at + 1]! & 31) * 256 + body[at + 2]!,
      streamType: body[at]!,
      descriptors: body.slice(at + 5, end),
    });
    at = end;
  }
  return { pcrPid: (body[0]! & 31) * 256 + body[1]!, streams };
}

function readLength12(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 15) * 256 + bytes[at + 1]!;
}

/** Sections start after pointer_field. */
function readSection(payload: Uint8Array, table: number): Uint8Array {
  const start = 1 + (payload[0] ?? 0);
  const end = start + 3 + readLength12(payload, start + 1);
  const section = payload.subarray(start, end);
  if (end > payload.length || section.length < SECTION_HEADER_SIZE + CRC_SIZE) {
    throw new MediaError("Cannot read a truncated table");
  }
  if (section[0] !== table) {
    throw new MediaError(`Cannot read table_id ${section[0]}, expected ${table}`);
  }
  if (computeCrc(section) !== 0) {
    throw new MediaError(`Cannot read table_id ${table}: its CRC is wrong`);
  }
  return section.subarray(SECTION_HEADER_SIZE, -CRC_SIZE);
}

/** CRC of annex A: 0 for a section that includes its CRC. */
function computeCrc(bytes: Uint8Array): number {
  let left = 0xFFFFFFFF;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (left >>> 31) ^ (byte >> bit & 1);
      left = (left << 1 ^ (carry ? 0x04C11DB7 : 0)) >>> 0;
    }
  }
  return left;
}
