/** Reads transport packets (13818-1 §2.4.3.2). */

import { MediaError } from "../../errors.ts";

export const TS_PACKET_SIZE = 188;

const HEADER = 4;

export interface TsPacket {
  readonly pid: number;
  /** payload_unit_start_indicator. */
  readonly start: boolean;
  readonly counter: number;
  readonly randomAccess: boolean;
  /** In ticks of 27 MHz. */
  readonly pcr: number | undefined;
  readonly payload: Uint8Array;
}

/** @throws MediaError if it is invalid, or players would skip it */
export function readTsPacket(bytes: Uint8Array): TsPacket {
  if (bytes[0] !== 0x47) throw new MediaError(`Cannot find the sync byte, got ${bytes[0]}`);
  const [second, third, fourth] = [bytes[1]!, bytes[2]!, bytes[3]!];
  if (second & 0x80) throw new MediaError("Cannot read a packet with transport_error_indicator");
  if (fourth & 0xC0) throw new MediaError("Cannot read a scrambled packet");
  const [hasField, hasPayload] = [(fourth & 0x20) !== 0, (fourth & 0x10) !== 0];
  const length = hasField ? bytes[HEADER]! + 1 : 0;
  if (length > TS_PACKET_SIZE - HEADER - (hasPayload ? 1 : 0)) {
    throw new MediaError(`Cannot read an adaptation field of ${length} bytes`);
  }
  if (!hasField && !hasPayload) {
    throw new MediaError("Cannot read a packet without adaptation field and payload");
  }
  return {
    pid: (second & 31) * 256 + third,
    start: (second & 0x40) !== 0,
    counter: fourth & 15,
    payload: hasPayload ? bytes.subarray(HEADER + length) : bytes.subarray(0, 0),
    ...readAdaptationField(bytes.subarray(HEADER + 1, HEADER + length)),
  };
}

/** Reads an adaptation field (§2.4.3.4) after its length. */
function readAdaptationField(field: Uint8Array): Pick<TsPacket, "randomAccess" | "pcr"> {
  const [flags = 0] = field;
  const randomAccess = (flags & 0x40) !== 0;
  if ((flags & 0x10) === 0) return { randomAccess, pcr: undefined };
  if (field.length < 7) throw new MediaError("Cannot read a truncated PCR");
  const [a, b, c, d, e, f] = [field[1]!, field[2]!, field[3]!, field[4]!, field[5]!, field[6]!];
  const base = ((a * 256 + b) * 256 + c) * 512 + d * 2 + (e >> 7);
  return { randomAccess, pcr: base * 300 + (e & 1) * 256 + f };
}
