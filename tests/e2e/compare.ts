/** Compares packets from a server with those of the file. */

import { createHash } from "node:crypto";
import type { Packet } from "./ffmpeg.ts";

/** Tolerance for times, in seconds. */
const HALF_MILLISECOND = 0.0005;

export function isSameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < HALF_MILLISECOND;
}

/** Digest in the format of ffmpeg. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

export interface Comparison {
  /** Packets of the file, with its edit list applied. */
  readonly source: readonly Packet[];
  /** Packets of the file without its edit list. */
  readonly whole: () => Promise<Packet[]>;
  /** Presented range of the file `[start, end)`, in seconds. */
  readonly start: number;
  readonly end: number;
  /** Packets that a client received. */
  readonly client: readonly Packet[];
}

/**
 * Describes the first difference; "" without one.
 *
 * Before the start of an edit, ffmpeg and AMS disagree on how many packets a decoder needs: AMS retains one audio packet,
 * and all video from the sync sample, which it presents at the start. So leading packets may be missing or extra there, at
 * any time. From the start on, every packet must be present, in order and at its own time, up to the last one that is
 * presented before the end of the edit.
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

/** Returns true if `extra` directly precedes `source` in the file. */
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
