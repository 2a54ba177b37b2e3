/** Archives are verified wherever their writer was killed, before and after recovery. */

import { assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../../lib/archive/archive_writer.ts";
import { checkArchive } from "../../../lib/verify/archive/archive_check.ts";
import { Findings } from "../../../lib/verify/findings.ts";
import { Killed, MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { append, EPOCH } from "../../archive/recording.ts";
import { createTracks } from "../../library/channel_recording.ts";

const [video] = await createTracks();
const tracks = [video!, { ...video!, name: "feed-video-2" }];

function record(files: MemoryFileSystem): void {
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks });
  append(writer, { from: 0, end: 5 });
  writer.fixTarget(2, EPOCH);
  writer.beginPeriod({ start: EPOCH + 9e6, tracks });
  append(writer, { from: 0, end: 5 });
  writer.endBroadcast(EPOCH + 20e6);
}

function verify(files: MemoryFileSystem): string[] {
  const findings = new Findings();
  checkArchive(files, { findings, watch() {} });
  return findings.list().map(({ block, rendition, rule, message }) =>
    `${block} ${rendition}: ${rule}: ${message}`
  );
}

const whole = new MemoryFileSystem();
record(whole);

/** Bytes that are written between two kills: a prime, so that all parts of records and boxes are cut. */
const STEP = 83;

Deno.test("checkArchive() finds nothing where a writer was killed, and after it was recovered", () => {
  assertEquals(verify(whole), []);
  for (let step = 0; step < whole.steps; step += STEP) {
    const files = new MemoryFileSystem({ killAfter: step });
    try {
      record(files);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    assertEquals(verify(files.restart()), [], `killed after ${step}`);
    const recovered = files.restart();
    const writer = ArchiveWriter.open(recovered);
    assertEquals(verify(recovered), [], `recovered after ${step}`);
    writer.beginPeriod({ epoch: EPOCH + 60e6, start: EPOCH + 60e6, tracks });
    append(writer, { from: 0, end: 4 });
    writer.endPeriod();
    assertEquals(verify(recovered), [], `continued after ${step}`);
  }
});
