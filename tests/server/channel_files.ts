import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { createChunk, EPOCH } from "../archive/recording.ts";
import { createTracks } from "../library/channel_recording.ts";
import type { TestFiles } from "../test_files.ts";

/** Writes `<name>.json` with settings of a channel, and the archive of a broadcast that is live: ten segments of 2 s. */
export async function writeRecordedChannel(
  files: TestFiles,
  name: string,
  live: Record<string, unknown>,
): Promise<void> {
  const archive = new MemoryFileSystem();
  const writer = ArchiveWriter.open(archive);
  const tracks = await createTracks();
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, reason: "start", tracks });
  for (let second = 0; second < 20; second += 2) {
    for (const track of tracks.keys()) writer.append(createChunk(track, second, { count: 2 }));
  }
  writer.fixTarget(2, EPOCH);
  files.write(`${name}.json`, JSON.stringify({ ams: 1, live }));
  const paths = archive.paths().filter((path) => path.includes("/")); // of files
  for (const path of paths) files.write(`${name}.live/${path}`, archive.bytes(path));
}
