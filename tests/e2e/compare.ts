/** Whether what came through a server is what stands in the file. */

import { createHash } from "node:crypto";
import type { Packet } from "./ffmpeg.ts";

/** Times are equal to the millisecond when they differ by less than half of one. In seconds. */
const HALF_A_MILLISECOND = 0.0005;

export function sameTime(a: number, b: number): boolean {
  return Math.abs(a - b) < HALF_A_MILLISECOND;
}

/** As ffmpeg prints it. */
export function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

export interface Comparison {
  /** Packets of the file, as its edit list presents them; those before time 0 are not presented. */
  readonly source: readonly Packet[];
  /** Packets of the file whatever its edit list says. */
  readonly whole: readonly Packet[];
  /** What a client got. */
  readonly client: readonly Packet[];
}

/**
 * The first difference, in words; "" where there is none.
 *
 * Before an edit's start, a file's reader and a server may disagree on how many packets a decoder needs (the server
 * keeps one of audio, and everything back to a sync sample of video), and a server squeezes them to the start. So up
 * to there packets may be missing at the front or be there as the file has them, at any time. From there on every
 * packet must be there, in order, at its own time.
 */
export function difference({ source, whole, client }: Comparison): string {
  const missing = source.length - client.length;
  if (missing > 0 && source.slice(0, missing).some(({ pts }) => pts > -HALF_A_MILLISECOND)) {
    return `${client.length} packets of ${source.length}: ${firstUnequal(source, client)}`;
  }
  if (missing < 0 && !isFront(client.slice(0, -missing), source, whole)) {
    return `${client.length} packets where the file has ${source.length}`;
  }
  return firstUnequal(source.slice(Math.max(0, missing)), client.slice(Math.max(0, -missing)));
}

/** Whether `extra` is what stands right in front of `source` in the file. */
function isFront(
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

function firstUnequal(source: readonly Packet[], client: readonly Packet[]): string {
  for (const [i, packet] of source.entries()) {
    const got = client[i];
    if (!got) return `packet ${i} at ${packet.pts} s is missing`;
    if (got.md5 !== packet.md5 || got.size !== packet.size) {
      return `packet ${i} at ${packet.pts} s has ${got.size} bytes (${got.md5}), not ${packet.size} (${packet.md5})`;
    }
    const presented = packet.pts > -HALF_A_MILLISECOND;
    if (presented && !sameTime(got.pts, packet.pts)) {
      return `packet ${i} is at ${got.pts} s, not ${packet.pts}`;
    }
  }
  return "";
}
