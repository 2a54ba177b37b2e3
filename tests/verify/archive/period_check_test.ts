import { assertEquals, assertMatch } from "@std/assert";
import type { SegmentPlan } from "../../../lib/storage/read_plan.ts";
import { checkArchive } from "../../../lib/verify/archive/archive_check.ts";
import { checkPeriodMedia } from "../../../lib/verify/archive/period_check.ts";
import { Findings } from "../../../lib/verify/findings.ts";
import { GENERATORS, type Generators } from "../../../lib/verify/generators.ts";
import { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { editIndex, editTrack, findBox, NAMES, recordArchive } from "./recorded_archive.ts";

const [VIDEO, AUDIO] = NAMES;

/** `<format> <rendition> <segments> <samples>` of a period, and findings. */
async function check(
  files: MemoryFileSystem,
  { period = 2, generators = GENERATORS }: { period?: number; generators?: Generators } = {},
): Promise<{ rows: string[]; found: string[] }> {
  const findings = new Findings();
  const { contents } = checkArchive(files, { findings: new Findings(), watch() {} });
  const { tallies } = await checkPeriodMedia(contents.periods[period - 1]!, {
    target: 2,
    isOpen: false,
  }, {
    ...{ files, findings, generators },
    watch() {},
  });
  return {
    rows: tallies.map(({ location: { format, rendition }, segments, samples }) =>
      `${format} ${rendition} ${segments} ${samples}`
    ),
    found: findings.list().map(({ period, format, rendition, rule, message }) =>
      `${period}: ${format} ${rendition.split("_")[0]}: ${rule}: ${message}`
    ),
  };
}

const CASES: [name: string, files: string[], rows: string[]][] = [
  ["B-frames and priming", ["flash-avc-bframes.mp4"], [
    `CMAF ${VIDEO} 4 200`,
    `MPEG-TS ${VIDEO} 4 200`,
    `Smooth ${VIDEO} 4 200`,
    `CMAF ${AUDIO} 4 376`,
    `MPEG-TS ${AUDIO} 4 376`,
    `Smooth ${AUDIO} 4 375`,
  ]],
  ["audio that starts later", ["flash-avc-audiodelayed.mp4"], [
    `CMAF ${VIDEO} 4 200`,
    `MPEG-TS ${VIDEO} 4 200`,
    `Smooth ${VIDEO} 4 200`,
    "CMAF audio_und=11240 4 353",
    "MPEG-TS audio_und=11240 4 353",
    "Smooth audio_und=11240 4 353",
  ]],
  ["open GOP", ["test-hevc-opengop.mp4"], [
    "CMAF video_und=19807 3 150",
    "MPEG-TS video_und=19807 3 150",
    "Smooth video_und=19807 3 150",
  ]],
  ["AVC with parameter sets in samples alone", ["test-avc-avc3empty.mp4"], [
    "CMAF video_und=25208 3 150",
    "MPEG-TS video_und=25208 3 150",
  ]],
  ["HEVC with parameter sets in samples alone", ["test-hevc-hev1empty.mp4"], [
    "CMAF video_und=20159 3 150",
    "MPEG-TS video_und=20159 3 150",
  ]],
  ["Opus", ["frag-opus-noroll.mp4"], ["CMAF audio_und=40434 3 301"]],
];

for (const [name, files, rows] of CASES) {
  Deno.test(`checkPeriodMedia() compares all segments with the archive: ${name}`, async () => {
    assertEquals(await check(await recordArchive(files)), { rows, found: [] });
  });
}

const ARCHIVE = await recordArchive();

/** Changes the bytes of the third segment of a format. */
function damage(plan: SegmentPlan, change: (bytes: Uint8Array) => Uint8Array | void): SegmentPlan {
  const { transform = (bytes) => bytes } = plan;
  return {
    type: plan.type,
    header: plan.header,
    ranges: plan.ranges,
    transform(bytes) {
      const changed = transform(bytes).slice();
      return change(changed) ?? changed;
    },
  };
}

const lastByte = (bytes: Uint8Array) => void bytes[bytes.length - 1]!++;

const FAULTS: [name: string, generators: Partial<Generators>, expected: string][] = [
  ["a sample of CMAF", {
    cmafSegment: (rendition, index) => {
      const plan = GENERATORS.cmafSegment(rendition, index);
      return index === 2 ? damage(plan, lastByte) : plan;
    },
  }, "2: CMAF video: "],
  ["a segment of CMAF that is another", {
    cmafSegment: (rendition, index) => GENERATORS.cmafSegment(rendition, index === 2 ? 1 : index),
  }, "2: CMAF video: "],
  ["a chunk that is missing", {
    cmafSegment: (rendition, index) => {
      const plan = GENERATORS.cmafSegment(rendition, index);
      return damage(plan, (bytes) => bytes.slice(0, findBox(bytes, "moof", 3)));
    },
  }, "2: CMAF video: lost sample: the segment has 21 samples, expected 50"],
  ["a decode time of CMAF", {
    cmafSegment: (rendition, index) => {
      const plan = GENERATORS.cmafSegment(rendition, index);
      return damage(plan, (bytes) => void bytes[findBox(bytes, "tfdt", 1) + 19]!++);
    },
  }, "2: CMAF video: decode time: "],
  ["an init of another track", {
    init: (rendition) => {
      const bytes = GENERATORS.init(rendition).slice();
      bytes[findBox(bytes, "mdhd") + 23]!++;
      return bytes;
    },
  }, "2: CMAF video: timescale: "],
  ["a segment of MPEG-TS that is another", {
    mpegtsSegment: (presentation, video, index) =>
      GENERATORS.mpegtsSegment(presentation, video, index === 2 ? 1 : index),
  }, "2: MPEG-TS video: "],
  ["packed audio that is another", {
    packedAudioSegment: (rendition, index) =>
      GENERATORS.packedAudioSegment(rendition, index === 2 ? 1 : index),
  }, "2: MPEG-TS audio: time tag: "],
];

for (const [name, generators, expected] of FAULTS) {
  Deno.test(`checkPeriodMedia() finds ${name}`, async () => {
    const { found } = await check(ARCHIVE, { generators: { ...GENERATORS, ...generators } });
    assertEquals(found.some((finding) => finding.startsWith(expected)) ? [] : found, []);
  });
}

Deno.test("checkPeriodMedia() leaves out what was appended after the archive was read", async () => {
  const earlier = ARCHIVE.clone();
  earlier.damage("00000003/index", (bytes) => bytes.slice(0, -64 * 12));
  const { contents } = checkArchive(earlier, { findings: new Findings(), watch() {} });
  const findings = new Findings();
  const state = { target: 2, isOpen: true };
  const { tallies } = await checkPeriodMedia(contents.periods.at(-1)!, state, {
    ...{ files: ARCHIVE, findings, generators: GENERATORS },
    watch() {},
  });
  assertEquals(findings.list(), []);
  assertEquals(tallies.some(({ segments }) => segments < 4), true);
});

Deno.test("checkPeriodMedia() reports a period that cannot be opened", async () => {
  const files = ARCHIVE.clone();
  const change = (bytes: Uint8Array) => void (bytes[findBox(bytes, "stsd") + 4]! ^= 1);
  editTrack(files, 2, { name: VIDEO, change });
  const { found } = await check(files);
  assertEquals(found.map((finding) => finding.split(": ").slice(0, 3).join(": ")), [
    "2: archive : build",
  ]);
});

Deno.test("checkPeriodMedia() compares fragments with times that an index states wrongly", async () => {
  const files = ARCHIVE.clone();
  editIndex(files, 2, (records) => {
    const [first, second] = records.filter(({ kind, track }) => kind === "segment" && track === 0);
    first.presentedDuration += 256;
    second.time += 256;
    second.presentedDuration -= 256;
  });
  const { found } = await check(files);
  assertEquals(found, []); // samples are right: checkArchive() finds it
});

for (const [track, name] of [[0, "video"], [1, "audio"]] as const) {
  Deno.test(`checkPeriodMedia() searches no samples that an index states and the files do not have: ${name}`, async () => {
    const files = ARCHIVE.clone();
    editIndex(files, 2, (records) => {
      const record = records.findLast((record) =>
        record.kind === "segment" && record.track === track
      );
      record.samples = 2 ** 32 - 1;
    });
    const { found } = await check(files);
    const expected = new RegExp(`^2: archive ${name}: lost sample: the files have \\d+ samples, `);
    assertMatch(found[0] ?? "", expected);
    assertEquals(found.length, 1);
  });
}
