/** Records to the archive of its argument until it is killed, and prints what is acknowledged. */

import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { LocalArchive } from "../../lib/live/recording/local_archive.ts";
import { createChunk, describeChunk, EPOCH, TRACKS } from "../archive/recording.ts";

const writer = ArchiveWriter.open(LocalArchive.open(Deno.args[0]!));
writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
for (let second = 0;; second++) {
  for (const track of TRACKS.keys()) {
    const chunk = createChunk(track, second, { startsSegment: second % 4 === 0 });
    writer.append(chunk);
    Deno.stdout.writeSync(new TextEncoder().encode(`${describeChunk(1, chunk)}\n`));
  }
}
