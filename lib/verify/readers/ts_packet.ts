/** Transport packets (13818-1 §2.4.3.2), read. */

import { MediaError } from "../../errors.ts";

/** In bytes. */
export const TS_PACKET_SIZE = 188;

const HEADER = 4;

export interface TsPacket {
  readonly pid: number;
  /** A PES packet or a section starts in it. */
  readonly start: boolean;
  readonly counter: number;
  readonly randomAccess: boolean;
  /** Programme pcr, in ticks of 27 MHz; undefined: it says none. */
  readonly pcr: number | undefined;
  /** Empty where it has none. */
  readonly payload: Uint8Array;
}

/** @throws MediaError when the standard forbids what is there, or players would pass over it */
export function readTsPacket(bytes: Uint8Array): TsPacket {
  if (bytes[0] !== 0x47) throw new MediaError(`Cannot find the sync byte: it is ${bytes[0]}`);
  const [second, third, fourth] = [bytes[1]!, bytes[2]!, bytes[3]!];
  if (second & 0x80) throw new MediaError("Cannot use a packet that says it is damaged");
  if (fourth & 0xC0) throw new MediaError("Cannot read a packet that is scrambled");
  const [hasField, hasPayload] = [(fourth & 0x20) !== 0, (fourth & 0x10) !== 0];
  const length = hasField ? bytes[HEADER]! + 1 : 0;
  if (length > TS_PACKET_SIZE - HEADER - (hasPayload ? 1 : 0)) {
    throw new MediaError(`Cannot read an adaptation field of ${length} bytes`);
  }
  if (!hasField && !hasPayload) throw new MediaError("Cannot read a packet of nothing");
  return {
    pid: (second & 31) * 256 + third,
    start: (second & 0x40) !== 0,
    counter: fourth & 15,
    payload: hasPayload ? bytes.subarray(HEADER + length) : bytes.subarray(0, 0),
    ...readField(bytes.subarray(HEADER + 1, HEADER + length)),
  };
}

/** Adaptation field (§2.4.3.4) behind its length. */
function readField(field: Uint8Array): Pick<TsPacket, "randomAccess" | "pcr"> {
  const [flags = 0] = field;
  const randomAccess = (flags & 0x40) !== 0;
  if ((flags & 0x10) === 0) return { randomAccess, pcr: undefined };
  if (field.length < 7) throw new MediaError("Cannot read a pcr that is cut off");
  const [a, b, c, d, e, f] = [field[1]!, field[2]!, field[3]!, field[4]!, field[5]!, field[6]!];
  const base = ((a * 256 + b) * 256 + c) * 512 + d * 2 + (e >> 7);
  return { randomAccess, pcr: base * 300 + (e & 1) * 256 + f };
}
