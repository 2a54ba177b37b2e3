import { assertEquals } from "@std/assert";
import {
  computeHeaderSize,
  planFragment,
  planFragments,
  writeBoxesAndMdat,
  writeFragment,
} from "../../lib/cmaf/fragment_writer.ts";
import { SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import type { SourceRun } from "../../lib/presentation/segment_samples.ts";
import { readPlan } from "../../lib/storage/read_plan.ts";
import { readFragment } from "../../lib/verify/readers/fragment.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { listBoxes } from "./box_list.ts";

const LETTERS = memorySource(new TextEncoder().encode("abcdefghij"), "letters.mp4").source;
const DIGITS = memorySource(new TextEncoder().encode("0123456789"), "digits.mp4").source;
const DEFAULTS = { descriptionIndex: 1, duration: 0, size: 0, flags: 0 };

/** Two samples of 2 and 3 bytes, which are not contiguous in the source. */
function buildRun(more: Partial<SourceRun> = {}): SourceRun {
  return {
    first: 0,
    descriptionIndex: 1,
    time: 90,
    sizes: Uint32Array.of(2, 3),
    durations: Uint32Array.of(5, 6),
    compositionOffsets: Uint32Array.of(0, 0),
    flags: Uint32Array.of(SYNC_FLAGS, SYNC_FLAGS),
    source: LETTERS,
    offsets: Float64Array.of(1, 5),
    ...more,
  };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("planFragment() reads samples from several sources", async () => {
  const later = { time: 101, source: DIGITS, offsets: Float64Array.of(0, 7) };
  const runs = [buildRun(), buildRun(later)];
  const plan = planFragment("video/mp4", { sequence: 4, runs });
  assertEquals(plan.header.length, computeHeaderSize(runs));
  const bytes = await readPlan(plan, new Uint8Array(0));
  const traf = "traf(tfhd tfdt trun)";
  assertEquals(listBoxes(bytes), ["styp", `moof(mfhd ${traf} ${traf})`, "mdat"]);
  const { sequenceNumber, trafs, samples } = readFragment(bytes, DEFAULTS);
  assertEquals([sequenceNumber, trafs.map(({ decodeTime }) => decodeTime)], [4, [90, 101]]);
  const data = [...samples.byteOffsets].map((at, i) =>
    text(bytes.subarray(at, at + samples.sizes[i]!))
  );
  assertEquals(data, ["bc", "fgh", "01", "789"]);
});

Deno.test("planFragment() writes the auxiliary information of encrypted samples", () => {
  const encryption = { ivSize: 8, ivs: new Uint8Array(16) } as const;
  const runs = [buildRun({ encryption })];
  const { header } = planFragment("video/mp4", { sequence: 1, runs });
  assertEquals(header.length, computeHeaderSize(runs));
  const boxes = ["styp", "moof(mfhd traf(tfhd tfdt trun saiz saio senc))"];
  assertEquals(listBoxes(header.subarray(0, -8)), boxes);
});

Deno.test("planFragments() writes styp before the first fragment only", async () => {
  const fragments = [1, 2].map((sequence) => ({ sequence, runs: [buildRun()] }));
  const plan = planFragments("application/mp4", fragments);
  const bytes = await readPlan(plan, new Uint8Array(0));
  const fragment = ["moof(mfhd traf(tfhd tfdt trun))", "mdat"];
  assertEquals(listBoxes(bytes), ["styp", ...fragment, ...fragment]);
  assertEquals(text(bytes.subarray(-5)), "bcfgh");
});

Deno.test("planFragments() plans one fragment without a transform", () => {
  const { transform, ranges } = planFragments("application/mp4", [
    { sequence: 1, runs: [buildRun()] },
  ]);
  assertEquals([transform, ranges.length], [undefined, 2]);
});

Deno.test("writeFragment() appends samples in memory", () => {
  const bytes = writeFragment({ sequence: 1, runs: [buildRun()] }, new Uint8Array(5).fill(65));
  assertEquals(listBoxes(bytes), ["styp", "moof(mfhd traf(tfhd tfdt trun))", "mdat"]);
  assertEquals(text(bytes.subarray(-9)), "mdatAAAAA");
});

Deno.test("writeBoxesAndMdat() allocates exactly the bytes that it writes", () => {
  const write = (w: { skip(count: number): number }) => w.skip(12);
  const bytes = writeBoxesAndMdat({ size: 12, dataSize: 2 ** 32, write });
  assertEquals([bytes.length, bytes.buffer.byteLength], [28, 28]);
});
