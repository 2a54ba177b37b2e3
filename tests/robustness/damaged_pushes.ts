/** Damaged bodies of publishers: read in any pieces, and recorded and played. */

import { assert, assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readAnnouncedBandwidths } from "../../lib/live/media/announced_bandwidth.ts";
import { FragmentReader } from "../../lib/live/media/fragments.ts";
import type { PushedItem } from "../../lib/live/media/pushed_item.ts";
import { toIngestError } from "../../lib/live/ingest_error.ts";
import type { LiveFragment } from "../../lib/live/media/live_samples.ts";
import { readPrft } from "../../lib/mp4/prft.ts";
import { readLiveTfxd, readTfrf, readTfxd, tfrf, tfxd } from "../../lib/mp4/smooth_moof.ts";
import { ByteWriter } from "../../lib/bytes.ts";
import { splitAt } from "../live/memory_connection.ts";
import { concat, u32, u64 } from "../mp4/movie_file.ts";
import { withBudget } from "./budget.ts";
import { damageFile, damageText } from "./damage.ts";
import type { Prng } from "./prng.ts";
import { LIVE_MANIFEST, PUSHED_BODIES } from "./pushed_bodies.ts";
import { damageStructure } from "./structure_damage.ts";
import { damageTokens } from "./text_damage.ts";

const NAMES = [...PUSHED_BODIES.keys()];

/** Bodies that follow in one request, of which the second may be of another encoder. */
export function buildPush(prng: Prng): { what: string; bytes: Uint8Array } {
  const name = prng.pick(NAMES);
  const body = PUSHED_BODIES.get(name)!;
  const donor = prng.pick(NAMES);
  const other = PUSHED_BODIES.get(donor)!;
  const kind = prng.below(10);
  if (kind === 0) return { what: `${name} then ${donor}`, bytes: concat(body, other) };
  const { bytes, how } = kind < 6
    ? damageFile(body, other, prng)
    : damageStructure(body, other, prng);
  return { what: `${name} and ${donor}: ${how}`, bytes };
}

/** Ends of pieces, ascending. */
export function pickEnds(length: number, prng: Prng): number[] {
  const ends = Array.from({ length: 1 + prng.below(8) }, () => prng.below(length + 1));
  return ends.sort((a, b) => a - b);
}

/** Reads a body, whole and in pieces. Returns false if it is rejected. */
export async function readDamagedPush(prng: Prng): Promise<boolean> {
  const { what, bytes } = buildPush(prng);
  const pieces = splitAt(bytes, ...pickEnds(bytes.length, prng));
  const limits = {
    steps: 60_000 + 100 * bytes.length,
    allocated: 2e6 + 500 * bytes.length,
    read: 0,
    reads: 0,
  };
  return await explain(what, async () => {
    const { result } = await withBudget(limits, { name: "", bytes }, () => {
      const whole = readPieces([bytes]);
      assertEquals(readPieces(pieces), whole);
      return Promise.resolve(!whole.at(-1)?.startsWith("rejected"));
    });
    return result;
  });
}

/** Names what was damaged in errors that are bugs. */
export async function explain<T>(what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}

/** Describes all items, and why the body is rejected. */
function readPieces(pieces: readonly Uint8Array[]): string[] {
  const reader = new FragmentReader();
  const read: string[] = [];
  let size = 0;
  try {
    for (const piece of pieces) {
      size += piece.length;
      read.push(...reader.push(piece).map(describeItem));
      const rows = 2 ** 22 + 64 * size; // declared by a trun without rows
      assert(reader.heldBytes <= 4 * size + rows + 65_536, `${reader.heldBytes} bytes are held`);
    }
    read.push(...reader.finish().map(describeItem));
  } catch (error) {
    read.push(...reader.takeItems().map(describeItem), `rejected: ${describeError(error)}`);
  }
  return read;
}

function describeItem(item: PushedItem): string {
  if (item.kind === "end") return "end";
  if (item.kind === "init") return `init ${item.init.key}`;
  return `fragment ${item.tracks.map(describeTrack)}`;
}

function describeTrack({ trackId, time, presentationTime, samples }: LiveFragment): string {
  const { sizes, data } = samples;
  return `${trackId} ${time} ${presentationTime} ${sizes.length} ${data.length}`;
}

/** Checks that it is the fault of the publisher, in words for its operator. */
export function describeError(error: unknown): string {
  const { status, message } = toIngestError(error);
  if (status >= 500) throw error;
  assert(/(?:^|: )Cannot /.test(message), message);
  assert(!/[\p{Cc}]|\.$/u.test(message) && message.length < 2000, JSON.stringify(message));
  return `${status} ${message}`;
}

/** Reads a live manifest. Returns false if it is rejected. */
export function readDamagedLiveManifest(prng: Prng): boolean {
  const text = new TextEncoder().encode(LIVE_MANIFEST);
  const { bytes } = prng.below(2) === 0 ? damageText(text, prng) : damageTokens(text, text, prng);
  return isRead(() => {
    const bandwidths = readAnnouncedBandwidths({ tracks: [] }, new TextDecoder().decode(bytes));
    for (const bandwidth of bandwidths.values()) assert(bandwidth > 0 && bandwidth < 2 ** 32);
  });
}

const PRFT = concat(u32(0x01000018, 1), u64(2 ** 52), u64(90_000));

function writeBody(write: (w: ByteWriter) => void): Uint8Array {
  const w = new ByteWriter();
  write(w);
  return w.finish().subarray(8);
}

const TFXD = writeBody((w) => tfxd(w, { time: 2 ** 52, duration: 20_000_000 }));
const TFRF = writeBody((w) => tfrf(w, [{ time: 1, duration: 2 }, { time: 3, duration: 4 }]));

const TIMING_READERS: readonly [body: Uint8Array, read: (r: ByteReader) => unknown][] = [
  [PRFT, readPrft],
  [TFXD, readTfxd],
  [TFXD, readLiveTfxd],
  [TFRF, readTfrf],
];

/** Reads the body of a prft, tfxd or tfrf. Returns false if it is rejected. */
export function readDamagedTiming(prng: Prng): boolean {
  const [body, read] = prng.pick(TIMING_READERS);
  const { bytes } = damageText(body, prng);
  return isRead(() => read(new ByteReader(bytes)));
}

function isRead(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof MediaError) return false;
    throw error;
  }
}
