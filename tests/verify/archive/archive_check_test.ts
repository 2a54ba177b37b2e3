import { assertEquals } from "@std/assert";
import { checkArchive } from "../../../lib/verify/archive/archive_check.ts";
import { withMediaErrors } from "../../../lib/verify/archive/checked_files.ts";
import { Findings } from "../../../lib/verify/findings.ts";
import type { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { BLOCK_FAULTS } from "./block_faults.ts";
import { RECORD_FAULTS } from "./record_faults.ts";
import {
  editBlock,
  editIndex,
  editTrack,
  EPOCH,
  findBox,
  NAMES,
  recordArchive,
} from "./recorded_archive.ts";

const ARCHIVE = await recordArchive();

const [VIDEO, AUDIO] = NAMES;

/** `<block> <rendition>: <rule>: <message>`, without numbers of records. */
function check(files: MemoryFileSystem): string[] {
  const findings = new Findings();
  checkArchive(withMediaErrors(files), { findings, watch() {} });
  return findings.list().map(({ block, rendition, rule, message }) =>
    [`${block}${rendition && ` ${rendition.split("_")[0]}`}`, rule, message].join(": ")
      .replace(/record [0-9]+/g, "record")
  );
}

Deno.test("checkArchive() finds nothing in an archive, and counts what it has", () => {
  const findings = new Findings();
  const { contents, tallies } = checkArchive(ARCHIVE, { findings, watch() {} });
  assertEquals(findings.list(), []);
  assertEquals(
    tallies.map(({ location, segments, samples }) => [location.rendition, segments, samples]),
    [[VIDEO, 12, 600], [AUDIO, 12, 1128]],
  );
  const periods = contents.periods.map(({ number, start, broadcast, tracks }) => [
    ...[number, start - EPOCH, broadcast.number],
    ...tracks.map(({ ordinal, segments }) => `${ordinal}+${segments.length}`),
  ]);
  assertEquals(periods, [
    [1, 0, 1, "1+4", "1+4"],
    [2, 60e6, 1, "5+4", "5+4"],
    [3, 180e6, 2, "9+4", "9+4"],
  ]);
  assertEquals([...contents.over], [1]);
});

Deno.test("checkArchive() allows what a writer is about to complete", () => {
  const files = ARCHIVE.clone();
  editIndex(files, 3, (records) => records.pop());
  files.damage("00000003/index", (bytes) => new Uint8Array([...bytes, 1, 2, 3]));
  editTrack(files, 3, { name: VIDEO, change: (bytes) => new Uint8Array([...bytes, 1, 2, 3]) });
  files.makeDirectory("00000004");
  assertEquals(check(files), []);
});

Deno.test("checkArchive() allows an archive whose start was deleted", () => {
  const files = ARCHIVE.clone();
  for (const file of ["block.json", "index", `${VIDEO}.mp4`]) files.remove(`00000001/${file}`);
  assertEquals(check(files), []);
});

for (const [name, plant, expected] of [...BLOCK_FAULTS, ...RECORD_FAULTS]) {
  Deno.test(`checkArchive() finds ${name}`, () => {
    const files = ARCHIVE.clone();
    plant(files);
    const found = check(files);
    const isFound = found.some((finding) => finding.startsWith(expected));
    assertEquals(isFound ? [] : found, [], `expected ${expected}`);
  });
}

Deno.test("checkArchive() finds another init in the next block of a period", () => {
  const files = ARCHIVE.clone();
  editBlock(files, 2, (it) => {
    it.period = { ...it.period, id: 1, start: EPOCH, number: 1 };
    for (const track of it.tracks) Object.assign(track, { first: 4, ordinal: 1 });
  });
  editTrack(files, 2, { name: AUDIO, change: (b) => void b[findBox(b, "mdhd") + 29]!++ });
  const found = check(files);
  assertEquals(found.some((it) => it.startsWith("2 audio: init: it differs from")), true);
});
