/** Whether what came through a server is what stands in the file. */

import { createHash } from "node:crypto";
import type { Packet } from "./ffmpeg.ts";

/** Times are equal to the millisecond when they differ by less than half of one. In seconds. */
const HALF_MILLISECOND = 0.0005;

export function isSameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < HALF_MILLISECOND;
}

/** As ffmpeg prints it. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

export interface Comparison {
  /** Packets of the file, as its edit list presents them. */
  readonly source: readonly Packet[];
  /** Packets of the file whatever its edit list says. */
  readonly whole: () => Promise<Packet[]>;
  /** The file is presented from here to there, in seconds. */
  readonly start: number;
  readonly end: number;
  /** What a client got. */
  readonly client: readonly Packet[];
}

/**
 * The first difference, in words; "" where there is none.
 *
 * Before an edit's start, a file's reader and a server may disagree on how many packets a decoder needs (the server
 * keeps one of sound, and all pictures back to a sync sample), and a server squeezes pictures to the start. So up to there
 * packets may be missing at the front or be there as the file has them, at any time. From there on every packet must be
 * there, in order, at its own time; up to the last one that is presented before the edit's end.
 */
export async function findDifference(comparison: Comparison): Promise<string> {
  const { whole, start, end, client } = comparison;
  const last = comparison.source.findLastIndex(({ pts }) => isBefore(pts, end));
  const source = comparison.source.slice(0, last + 1);
  const missing = source.length - client.length;
  if (missing > 0 && !source.slice(0, missing).every(({ pts }) => isBefore(pts, start))) {
    return `${client.length} packets of ${source.length}: ${
      findFirstUnequal(source, client, start)
    }`;
  }
  if (missing < 0 && !precedes(client.slice(0, -missing), source, await whole())) {
    return `${client.length} packets where the file has ${source.length}`;
  }
  return findFirstUnequal(
    source.slice(Math.max(0, missing)),
    client.slice(Math.max(0, -missing)),
    start,
  );
}

function isBefore(pts: number, time: number): boolean {
  return pts < time - HALF_MILLISECOND;
}

/** Whether `extra` is what stands right in front of `source` in the file. */
function precedes(
  extra: readonly Packet[],
  source: readonly Packet[],
  whole: readonly Packet[],
): boolean {
  const from = whole.findLastIndex((_, i) =>
    source.every(({ md5 }, j) => whole[i + j]?.md5 === md5)
  );
  return from >= extra.length &&
    extra.every(({ md5 }, i) => whole[from - extra.length + i]!.md5 === md5);
}

function findFirstUnequal(
  source: readonly Packet[],
  client: readonly Packet[],
  start: number,
): string {
  for (const [i, packet] of source.entries()) {
    const got = client[i];
    if (!got) return `packet ${i} at ${packet.pts} s is missing`;
    if (got.md5 !== packet.md5 || got.size !== packet.size) {
      return `packet ${i} at ${packet.pts} s has ${got.size} bytes (${got.md5}), not ${packet.size} (${packet.md5})`;
    }
    if (!isBefore(packet.pts, start) && !isSameTime(got.pts, packet.pts)) {
      return `packet ${i} is at ${got.pts} s, not ${packet.pts}`;
    }
  }
  return "";
}
