import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { OutputError } from "../../lib/packager/atomic_write.ts";
import { capture } from "../../lib/packager/capture.ts";
import { verify } from "../../lib/verify/verification.ts";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { getMedia, open, recordAsset, recordPeriod } from "../archive/recorded_asset.ts";
import { append, EPOCH } from "../archive/recording.ts";
import { createTracks } from "../library/channel_recording.ts";
import { openInputs, type OpenPresentation } from "../open_presentation.ts";
import { inDirectory, openCaptured, run } from "./captured_directory.ts";
import { describeSamples } from "./captured_samples.ts";

const CASES: [name: string, files: string[]][] = [
  ["B-frames and priming", ["flash-avc-bframes.mp4"]],
  ["audio priming", ["flash-avc-audioprimed.mp4"]],
  ["audio that starts later", ["flash-avc-audiodelayed.mp4"]],
  ["video that starts later", ["flash-avc-videodelayed.mp4"]],
  ["open GOP", ["test-avc-opengop.mp4"]],
  ["HEVC open GOP", ["test-hevc-opengop.mp4"]],
  ["variable frame rate", ["test-avc-vfr.mp4"]],
  ["rotation", ["test-avc-rotated.mp4"]],
  ["Opus with pre-roll", ["frag-opus-noroll.mp4"]],
  ["two sample entries", ["test-avc-twoentries.mp4"]],
  ["parameter sets in samples", ["test-avc-avc3.mp4"]],
  ["edits", ["test-avc-twoedits.mp4"]],
  ["a ladder in two languages", [
    "ladder-avc-240p.mp4",
    "ladder-avc-360p.mp4",
    "ladder-avc-720p.mp4",
    "ladder-aac-eng.mp4",
    "ladder-aac-fra.mp4",
  ]],
];

for (const [name, files] of CASES) {
  Deno.test(`capture() copies every sample at its time: ${name}`, async () => {
    await inDirectory(async (directory) => {
      const source = await openInputs(files.map((file) => ({ file })), {
        segmentDuration: 2,
        open,
      });
      const output = join(directory, "show");
      await run(await recordAsset(source), output, { segmentSeconds: 2 });
      const captured = await openCaptured(output);
      try {
        const [expected, got] = [getMedia(source), getMedia(captured)];
        for (const [i, rendition] of expected.entries()) {
          assertEquals(await describeSamples(got[i]!), await describeSamples(rendition));
          assertEquals(got[i]!.language, rendition.language);
          assertEquals([...got[i]!.timeline.times], [...rendition.timeline.times]);
        }
        const { differences } = await verify(captured);
        assertEquals(differences, []);
      } finally {
        source.close();
        captured.close();
      }
    });
  });
}

async function openFlash(segmentDuration = 0.5): Promise<OpenPresentation> {
  const files = ["ladder-avc-240p.mp4", "ladder-aac-fra.mp4"];
  return await openInputs(files.map((file) => ({ file })), { segmentDuration, open });
}

async function describeAll(presentation: OpenPresentation): Promise<string[][]> {
  return await Promise.all(getMedia(presentation).map(describeSamples));
}

Deno.test("capture() writes a package for each period", async () => {
  await inDirectory(async (directory) => {
    const source = await openFlash();
    const files = new MemoryFileSystem();
    const writer = ArchiveWriter.open(files);
    await recordPeriod(writer, source, { epoch: EPOCH, start: EPOCH });
    await recordPeriod(writer, source, { start: EPOCH + 60e6 });
    writer.endBroadcast(EPOCH + 120e6);
    const output = join(directory, "show");
    const lines = await run(files, output);
    assertEquals(lines.filter((line) => line.startsWith("-- Creating")).length, 2);
    const expected = await describeAll(source);
    for (const period of ["1", "2"]) {
      const captured = await openCaptured(join(output, period));
      assertEquals(await describeAll(captured), expected);
      captured.close();
    }
    source.close();
  });
});

/** Shifts the times of described samples. */
function shift(samples: readonly string[], seconds: number): string[] {
  return samples.map((line) => {
    const [time, ...rest] = line.split(" ");
    return [(Number(time) + seconds).toFixed(9), ...rest].join(" ");
  });
}

Deno.test("capture() copies ranges of segments that abut, each with the distance of audio and video", async () => {
  await inDirectory(async (directory) => {
    const source = await openFlash();
    const files = await recordAsset(source);
    const parts: string[][][] = [];
    const ranges = [{ to: { seconds: 3.9 } }, { from: { seconds: 4.1 }, to: { seconds: 7.5 } }, {
      from: { seconds: 8 },
    }];
    let start = 0;
    for (const [i, range] of ranges.entries()) {
      const output = join(directory, `show${i}`);
      await run(files, output, range);
      const captured = await openCaptured(output);
      parts.push((await describeAll(captured)).map((samples) => shift(samples, start)));
      const { timeline, timing } = getMedia(captured)[0]!;
      start += timeline.times.at(-1)! / timing.timescale;
      captured.close();
    }
    for (const [i, samples] of (await describeAll(source)).entries()) {
      assertEquals(parts.flatMap((part) => part[i]!), samples);
    }
    source.close();
  });
});

/** A period of three blocks, of ten minutes each but the last. */
async function recordBlocks(): Promise<MemoryFileSystem> {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: await createTracks() });
  append(writer, { from: 0, end: 1300 });
  writer.endBroadcast(EPOCH + 1300e6);
  return files;
}

Deno.test("capture() copies a period of several blocks, and what retention leaves of it", async () => {
  await inDirectory(async (directory) => {
    const files = await recordBlocks();
    const output = join(directory, "show");
    const lines = await run(files, output);
    assertEquals(lines.filter((line) => line.startsWith("   ")), [
      "   feed-video.mp4: 650 segments, 1300 samples, 1300 s",
      "   feed-audio.mp4: 650 segments, 1300 samples, 1300 s",
    ]);
    const whole = await openCaptured(output);
    const expected = await describeAll(whole);
    whole.close();
    assertEquals(expected.map((samples) => samples.length), [1300, 1300]);
    for (const file of files.list("00000001")) files.remove(`00000001/${file}`);
    const warnings = await run(files, output);
    assertEquals(warnings[1]!.startsWith("-- Warning: the archive begins at 2026-"), true);
    const rest = await openCaptured(output);
    const got = await describeAll(rest);
    assertEquals(got.map((samples) => shift(samples, 600)), expected.map((it) => it.slice(600)));
    rest.close();
  });
});

Deno.test("capture() copies the segments of a channel that is live", async () => {
  await inDirectory(async (directory) => {
    const files = new MemoryFileSystem();
    const writer = ArchiveWriter.open(files);
    writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: await createTracks() });
    append(writer, { from: 0, end: 7 });
    const lines = await run(files, join(directory, "show"));
    assertEquals(lines.filter((line) => line.startsWith("   ")), [
      "   feed-video.mp4: 3 segments, 6 samples, 6 s",
      "   feed-audio.mp4: 3 segments, 6 samples, 6 s",
    ]);
    append(writer, { from: 7, end: 8 }); // the writer goes on
  });
});

Deno.test("capture() leaves the old directory if it fails, and names the file of the archive", async () => {
  await inDirectory(async (directory) => {
    const files = await recordBlocks();
    const output = join(directory, "show");
    await run(files, output);
    const before = await Deno.readFile(join(output, "feed-audio.mp4"));
    files.damage("00000002/feed-audio.mp4", (bytes) => bytes.slice(0, 3000));
    const error = await assertRejects(() => run(files, output), MediaError);
    assertEquals(error.message.includes("/none.live/00000002/feed-audio.mp4: Cannot "), true);
    assertEquals(error.message.includes("\n"), false);
    assertEquals(await Deno.readFile(join(output, "feed-audio.mp4")), before);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["show"]);
  });
});

Deno.test("capture() rejects a channel without an archive, and one without a segment", async () => {
  await inDirectory(async (directory) => {
    const options = { input: join(directory, "news.json"), output: join(directory, "show") };
    const out = { line() {}, warn() {} };
    const missing =
      "news.live: Cannot open the archive of the channel: nothing has been published to it yet";
    await assertRejects(() => capture(options, out), MediaError, missing);
    await Deno.mkdir(join(directory, "news.live"));
    const empty = "Cannot find a recorded segment in this range";
    await assertRejects(() => capture(options, out), MediaError, empty);
    await Deno.mkdir(join(directory, "news.live/00000001"));
    await Deno.writeTextFile(join(directory, "news.live/00000001/block.json"), "{}");
    const broken = "news.live/00000001/block.json: ";
    await assertRejects(() => capture(options, out), MediaError, broken);
    await Deno.writeTextFile(join(directory, "news.json"), "{}");
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name).sort(), [
      "news.json",
      "news.live",
    ]);
  });
});

Deno.test("capture() removes what it has written when it is interrupted", async () => {
  await inDirectory(async (directory) => {
    const files = await recordAsset(await openFlash());
    const output = join(directory, "show");
    const controller = new AbortController();
    const { signal } = controller;
    await run(files, output, {}, { signal });
    controller.abort();
    const error = await assertRejects(() => run(files, output, {}, { signal }), OutputError);
    assertEquals(error.message.endsWith("': it was interrupted"), true);
    assertEquals([...Deno.readDirSync(directory)].map(({ name }) => name), ["show"]);
  });
});
