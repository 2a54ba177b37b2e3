/** Program Association Table and Program Map Table (13818-1 §2.4.4), read. */

import { MediaError } from "../../errors.ts";

/** A stream of the programme. */
export interface ProgramStream {
  readonly pid: number;
  /** stream_type. */
  readonly type: number;
  readonly descriptors: Uint8Array;
}

export interface ProgramMap {
  /** Of the stream that carries the clock. */
  readonly pcrPid: number;
  readonly streams: readonly ProgramStream[];
}

const PAT = 0;
const PMT = 2;

/** Bytes of a section up to its body, and of the CRC behind it. */
const HEADER = 8;
const CRC = 4;

/** PID of the one program's map. @throws MediaError */
export function readPat(payload: Uint8Array): number {
  const body = sectionBody(payload, PAT);
  if (body.length !== 4) throw new MediaError("Cannot read a PAT that has not one programme");
  return (body[2]! & 31) * 256 + body[3]!;
}

/** @throws MediaError */
export function readPmt(payload: Uint8Array): ProgramMap {
  const body = sectionBody(payload, PMT);
  const streams: ProgramStream[] = [];
  for (let at = 4 + lengthAt(body, 2); at + 5 <= body.length;) {
    const end = at + 5 + lengthAt(body, at + 3);
    streams.push({
      pid: (body[at + 1]! & 31) * 256 + body[at + 2]!,
      type: body[at]!,
      descriptors: body.slice(at + 5, end),
    });
    at = end;
  }
  return { pcrPid: (body[0]! & 31) * 256 + body[1]!, streams };
}

/** 12 bits. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & 15) * 256 + bytes[at + 1]!;
}

/** What is in the one section that starts in a packet, behind its pointer_field. */
function sectionBody(payload: Uint8Array, table: number): Uint8Array {
  const start = 1 + (payload[0] ?? 0);
  const end = start + 3 + lengthAt(payload, start + 1);
  const section = payload.subarray(start, end);
  if (end > payload.length || section.length < HEADER + CRC) {
    throw new MediaError("Cannot read a table that is cut off");
  }
  if (section[0] !== table) throw new MediaError(`Cannot read table ${section[0]} as ${table}`);
  if (remainder(section) !== 0) {
    throw new MediaError(`Cannot trust table ${table}: its CRC is wrong`);
  }
  return section.subarray(HEADER, -CRC);
}

/** Annex A, by long division: 0 over a section with its CRC. */
function remainder(bytes: Uint8Array): number {
  let left = 0xFFFFFFFF;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const carry = (left >>> 31) ^ (byte >> bit & 1);
      left = (left << 1 ^ (carry ? 0x04C11DB7 : 0)) >>> 0;
    }
  }
  return left;
}
