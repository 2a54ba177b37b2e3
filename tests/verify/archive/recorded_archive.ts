/** Archives of real media, and faults in them. */

import { ArchiveWriter } from "../../../lib/archive/archive_writer.ts";
import { formatBlock, parseBlock } from "../../../lib/archive/block.ts";
import {
  decodeRecords,
  encodeRecords,
  type IndexRecord,
} from "../../../lib/archive/index_record.ts";
import { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { open, recordPeriod } from "../../archive/recorded_asset.ts";
import { EPOCH } from "../../archive/recording.ts";
import { openInputs } from "../../open_presentation.ts";

export { EPOCH };

/** Two periods of a broadcast that is over, and one of the next. Segments last 2 s. */
export async function recordArchive(
  files = ["flash-avc-bframes.mp4"],
  into = new MemoryFileSystem(),
): Promise<MemoryFileSystem> {
  const inputs = files.map((file) => ({ file }));
  const source = await openInputs(inputs, { segmentDuration: 2, open });
  const writer = ArchiveWriter.open(into);
  await recordPeriod(writer, source, { epoch: EPOCH, start: EPOCH });
  await recordPeriod(writer, source, { start: EPOCH + 60e6 });
  writer.endBroadcast(EPOCH + 120e6);
  await recordPeriod(writer, source, { epoch: EPOCH + 180e6, start: EPOCH + 180e6 });
  source.close();
  return into;
}

export const NAMES = ["video_und=6340", "audio_und=9151"] as const;

// deno-lint-ignore no-explicit-any -- faults of any kind
type Json = any;

/** Changes a `block.json`. */
export function editBlock(
  files: MemoryFileSystem,
  block: number,
  change: (block: Json) => void,
): void {
  files.damage(`0000000${block}/block.json`, (bytes) => {
    const parsed = parseBlock(new TextDecoder().decode(bytes));
    change(parsed);
    return new TextEncoder().encode(formatBlock(parsed));
  });
}

/** Changes the records of an index, which get right sums. */
export function editIndex(
  files: MemoryFileSystem,
  block: number,
  change: (records: Json[]) => void,
): void {
  files.damage(`0000000${block}/index`, (bytes) => {
    const records: IndexRecord[] = decodeRecords(bytes);
    change(records);
    return encodeRecords(records);
  });
}

/** Changes the bytes of a track's file. */
export function editTrack(
  files: MemoryFileSystem,
  block: number,
  { name, change }: {
    readonly name: string;
    readonly change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | void;
  },
): void {
  files.damage(`0000000${block}/${name}.mp4`, (bytes) => change(bytes) ?? bytes);
}

/** Returns the offset of the n-th box of a type, at any depth. */
export function findBox(bytes: Uint8Array, type: string, n = 0): number {
  const text = new TextDecoder("latin1").decode(bytes);
  let at = -1;
  for (let i = 0; i <= n; i++) at = text.indexOf(type, at + 1);
  return at - 4;
}
