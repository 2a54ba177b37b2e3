import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { MediaError, RequestError } from "../../lib/errors.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../lib/mp4/samples/sample_table.ts";
import { type OpenedPresentation, openGrowingInputs } from "../../lib/presentation/open.ts";
import type { GrowingPresentation } from "../../lib/presentation/growing_presentation.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { countSegments } from "../../lib/presentation/segment_timeline.ts";
import { delayAudio, type FragmentedFile, join, repeatFragments } from "../growing_file.ts";
import { MemoryStorage } from "../memory_storage.ts";
import { concat } from "../mp4/movie_file.ts";
import { findBoxes } from "../robustness/boxes.ts";
import { readTestdata } from "../test_files.ts";
import { CLEAR } from "../clear_protection.ts";

const LIVE = { availabilityStart: Date.UTC(2026, 0, 1) };

type Opened = OpenedPresentation & { readonly growing: GrowingPresentation };

class Recording {
  readonly storage = new MemoryStorage();

  /** Writes the first `count` fragments. */
  write({ init, fragments }: FragmentedFile, count: number, name = "a.mp4"): void {
    this.storage.write(name, concat(init, ...fragments.slice(0, count)));
  }

  async open(...files: string[]): Promise<Opened> {
    return await openGrowingInputs((files.length ? files : ["a.mp4"]).map((file) => ({ file })), {
      segmentDuration: 2,
      live: LIVE,
      open: (file) => this.storage.open(file, file, { growing: true }),
      stat: async (file) => (await this.storage.stat(file, file))!,
    });
  }
}

const PAIR = repeatFragments("frag-avcaac-interleaved.mp4", 3);
const SEPARATE = repeatFragments("frag-avcaac-separate.mp4", 3);
const VIDEO = repeatFragments("frag-avc-plain.mp4", 3);

function list({ presentation }: GrowingPresentation) {
  return [...presentation.renditions.values()] as MediaRendition[];
}

function counts(growing: GrowingPresentation): number[] {
  return list(growing).map(({ timeline }) => countSegments(timeline));
}

Deno.test("GrowingPresentation.open() waits until each track has a segment", async () => {
  const recording = new Recording();
  for (let count = 0; count < 2; count++) {
    recording.write(PAIR, count);
    const error = await assertRejects(() => recording.open(), RequestError);
    assertEquals([error.code, error.message], [
      "NOT_FOUND",
      "Cannot play 'a.mp4' yet: its first segment is incomplete",
    ]);
  }
  recording.storage.write("a.mp4", PAIR.init.subarray(0, 100));
  await assertRejects(() => recording.open(), RequestError, "yet");
  recording.write(PAIR, 2);
  const { growing } = await recording.open();
  assertEquals(growing.presentation.live, LIVE);
  assertEquals(counts(growing), [1, 1]);
});

Deno.test("GrowingPresentation.open() waits for a track that lags, but not for one that never starts", async () => {
  const recording = new Recording();
  recording.write(delayAudio(SEPARATE, 3), 4);
  await assertRejects(() => recording.open(), RequestError, "yet");
  const withoutAudio = SEPARATE.fragments.filter((_, i) => i % 2 === 0);
  recording.write({ ...SEPARATE, fragments: withoutAudio }, 5);
  const { growing } = await recording.open();
  assertEquals(list(growing).map(({ type }) => type), ["video"]);
  assertEquals(growing.presentation.warnings, [
    "a.mp4: track 2 is left out: it contains no sample",
  ]);
});

Deno.test("GrowingPresentation.refresh() returns whether there are new segments", async () => {
  const recording = new Recording();
  recording.write(PAIR, 5);
  const { growing } = await recording.open();
  assertEquals(await growing.refresh(), "same");
  const before = growing.presentation;
  recording.storage.write(
    "a.mp4",
    join(PAIR).subarray(0, recording.storage.read("a.mp4").length + 9),
  );
  assertEquals(await growing.refresh(), "same"); // not a fragment
  assert(growing.presentation === before);
  recording.write(PAIR, 6);
  assertEquals(await growing.refresh(), "grown");
  const { version, targetDuration, renditions } = growing.presentation;
  assertEquals([version, targetDuration, [...renditions.keys()]], [
    before.version,
    before.targetDuration,
    [...before.renditions.keys()],
  ]);
  assertNotEquals(growing.presentation.duration, before.duration);
});

Deno.test("GrowingPresentation.refresh() reads only what was appended, and the start of the file", async () => {
  const recording = new Recording();
  recording.write(PAIR, 5);
  const { growing } = await recording.open();
  for (let count = 6; count <= PAIR.fragments.length; count++) {
    const { bytesRead } = recording.storage;
    recording.write(PAIR, count);
    await growing.refresh();
    const read = recording.storage.bytesRead - bytesRead;
    const appended = PAIR.fragments[count - 1]!.length + PAIR.fragments[count - 2]!.length;
    assert(read <= 2 ** 14 + appended + 2 ** 13, `${read} bytes read after ${appended}`);
  }
});

Deno.test("GrowingPresentation.refresh() retains the pre-roll that the file does not declare", async () => {
  const recording = new Recording();
  const opus = repeatFragments("frag-opus-noroll.mp4", 3);
  recording.write(opus, 3);
  const { growing } = await recording.open();
  recording.write(opus, 9);
  assertEquals(await growing.refresh(), "grown");
  const [rendition] = list(growing);
  assertEquals(rendition!.track.rollDistance, -4);
  for (let i = 0; i < countSegments(rendition!.timeline); i++) {
    const { header, ranges } = planCmafSegment(rendition!, i, CLEAR);
    const size = ranges.reduce((sum, { size }) => sum + size, header.length);
    assertEquals(rendition!.timeline.bytes[i], size);
  }
});

/** Sets default_sample_flags, the last field of tfhd. */
function setFlags({ init, fragments }: FragmentedFile, flags: number): FragmentedFile {
  const change = (fragment: Uint8Array) => {
    const { offset, size } = findBoxes(fragment).find(({ type }) => type === "tfhd")!;
    const patched = fragment.slice();
    new DataView(patched.buffer).setUint32(offset + size - 4, flags);
    return patched;
  };
  return { init, fragments: fragments.map(change) };
}

const WRONG_FLAGS: [name: string, flags: number][] = [
  ["frag-aac-dash.mp4", NON_SYNC_FLAGS],
  ["frag-avc-plain.mp4", SYNC_FLAGS],
];

for (const [name, flags] of WRONG_FLAGS) {
  Deno.test(`GrowingPresentation.refresh() retains the segments of ${name} with wrong flags`, async () => {
    const recording = new Recording();
    const file = setFlags(repeatFragments(name, 3), flags);
    recording.write(file, 4);
    const { growing } = await recording.open();
    const readHeaders = () => {
      const [rendition] = list(growing);
      const count = countSegments(rendition!.timeline);
      return Array.from({ length: count }, (_, i) => planCmafSegment(rendition!, i, CLEAR).header);
    };
    const before = readHeaders();
    recording.write(file, 8);
    assertEquals(await growing.refresh(), "grown");
    assertEquals(readHeaders().slice(0, before.length), before);
  });
}

/** Changes a field of the moov: all files have one trak per track. */
function patchMoov(bytes: Uint8Array, type: string, change: (body: DataView) => void): Uint8Array {
  const patched = bytes.slice();
  const { offset, size } = findBoxes(patched).find((box) => box.type === type)!;
  change(new DataView(patched.buffer, offset + 8, size - 8));
  return patched;
}

const replacements: [description: string, replace: (recording: Recording) => void][] = [
  ["truncated", (recording) => recording.write(PAIR, 4)],
  ["written again with another moov", (recording) => recording.write(SEPARATE, 18)],
  ["written again with another timescale", (recording) => {
    const halve = (mdhd: DataView) => mdhd.setUint32(12, mdhd.getUint32(12) / 2);
    recording.storage.write("a.mp4", patchMoov(join(PAIR), "mdhd", halve));
  }],
  ["replaced by another file", (recording) => {
    recording.write(PAIR, 9, "b.mp4");
    recording.storage.rename("b.mp4", "a.mp4");
  }],
  ["continued with earlier composition times", (recording) => {
    const early = repeatFragments("frag-avc-negativects.mp4", 3).fragments;
    const fragments = [...VIDEO.fragments.slice(0, 5), ...early.slice(5)];
    recording.write({ ...VIDEO, fragments }, 9);
  }],
];

for (const [description, replace] of replacements) {
  Deno.test(`GrowingPresentation.refresh() returns "replaced" for a file that was ${description}`, async () => {
    const recording = new Recording();
    recording.write(description.includes("composition") ? VIDEO : PAIR, 5);
    const { growing } = await recording.open();
    const before = growing.presentation;
    replace(recording);
    assertEquals(await growing.refresh(), "replaced");
    assert(growing.presentation === before);
    const isSameStart = description === "truncated" || description === "replaced by another file";
    const { version } = (await recording.open()).presentation;
    assertEquals(version === before.version, isSameStart);
  });
}

Deno.test("GrowingPresentation.refresh() rejects a fragment that is broken", async () => {
  const recording = new Recording();
  recording.write(PAIR, 5);
  const { growing } = await recording.open();
  const broken = patchMoov(PAIR.fragments[5]!, "tfhd", (tfhd) => tfhd.setUint32(4, 77));
  recording.write({
    ...PAIR,
    fragments: [...PAIR.fragments.slice(0, 5), broken, PAIR.fragments[6]!],
  }, 7);
  await assertRejects(() => growing.refresh(), MediaError, "Cannot find track 77");
});

Deno.test("GrowingPresentation.refresh() runs calls in sequence", async () => {
  const recording = new Recording();
  recording.write(PAIR, 5);
  const { growing } = await recording.open();
  recording.write(PAIR, 6);
  const first = growing.refresh();
  recording.write(PAIR, 9);
  assertEquals(await Promise.all([first, growing.refresh(), growing.refresh()]), [
    "grown",
    "same",
    "same",
  ]);
});

Deno.test("GrowingPresentation does not change after close()", async () => {
  const recording = new Recording();
  recording.write(PAIR, 5);
  const { growing } = await recording.open();
  assertEquals(await growing.close(), "grown");
  const { presentation } = growing;
  recording.write(PAIR, 9);
  assertEquals([await growing.refresh(), await growing.close()], ["same", "same"]);
  assert(growing.presentation === presentation);
});

Deno.test("GrowingPresentation lists the same segments of all renditions between which players switch", async () => {
  const recording = new Recording();
  const write = (video: number, other: number) => {
    recording.write(VIDEO, video);
    recording.write(VIDEO, other, "b.mp4");
  };
  write(5, 3);
  const { growing } = await recording.open("a.mp4", "b.mp4");
  const seen: number[][] = [];
  for (const [video, other] of [[6, 3], [6, 4], [6, 9], [9, 9]] as const) {
    write(video, other);
    await growing.refresh();
    seen.push(counts(growing));
    assertEquals(growing.presentation.sets.map(({ aligned }) => aligned), [true]);
  }
  assertEquals(seen, [[2, 2], [3, 3], [5, 5], [8, 8]]);
  assertEquals(await growing.close(), "grown");
  assertEquals(counts(growing), [9, 9]);
});

Deno.test("GrowingPresentation leaves out subtitles", async () => {
  const recording = new Recording();
  recording.write(PAIR, 6);
  recording.storage.write("text.vtt", readTestdata("ladder-vtt-eng.vtt"));
  const { growing } = await recording.open("a.mp4", "text.vtt");
  assertEquals(list(growing).map(({ type }) => type), ["video", "audio"]);
  assertEquals(growing.presentation.warnings, [
    "text.vtt is left out: while files grow, only audio and video are supported",
  ]);
  await assertRejects(() => recording.open("text.vtt"), MediaError, "Cannot find audio or video");
});

Deno.test("GrowingPresentation has the same version and names whenever it is opened", async () => {
  const recording = new Recording();
  const opened: unknown[] = [];
  for (const count of [5, 7, 9]) {
    recording.write(PAIR, count);
    const { presentation: { version, renditions, targetDuration } } = await recording.open();
    opened.push([version, [...renditions.keys()], targetDuration]);
  }
  assertEquals(opened, [opened[0], opened[0], opened[0]]);
});
