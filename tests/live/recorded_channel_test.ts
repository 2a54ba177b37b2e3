/** Segmenter and archive together: a process that is killed at any step of its writing. */

import { assertEquals } from "@std/assert";
import { FragmentReader } from "../../lib/live/media/fragments.ts";
import { Killed, MemoryFileSystem } from "../archive/memory_file_system.ts";
import { readSamples, readSegments } from "../archive/recording.ts";
import { Encoder } from "./encoder.ts";
import { TestRecorder } from "./recorder.ts";

const GOPS = 14;
const encoder = new Encoder({ profile: "cmaf", start: 1.7e9, gop: 13 });

/** Pushes GOPs one request each, until the process is killed. Returns the GOP under way; undefined at the end. */
function record(recorder: TestRecorder, from: number): number | undefined {
  for (let gop = from; gop < GOPS; gop++) {
    const request = recorder.segmenter.open("main", "feed");
    const reader = new FragmentReader();
    try {
      recorder.push(request, reader.push(encoder.init), gop / 2);
      recorder.push(request, reader.push(encoder.fragment(gop)), gop / 2 + 0.5);
      if (gop === GOPS - 1) recorder.push(request, reader.push(encoder.end), GOPS / 2);
      if (gop === GOPS - 1) recorder.push(request, reader.finish(), GOPS / 2);
    } catch (error) {
      if (error instanceof Killed) return gop;
      throw error;
    }
    recorder.segmenter.close(request);
  }
  return undefined;
}

function toHex(track: "video" | "audio"): string {
  return Array.from({ length: GOPS }, (_, gop) => encoder.samples(track, gop)).flat()
    .map(({ bytes }) => bytes.toHex()).join("");
}

function checkArchive(files: MemoryFileSystem, periods: number): void {
  const samples = readSamples(files).map((text) => text.match(/^(\d+)\/(\d)@\d+ (.*)$/)!);
  for (const [i, track] of (["video", "audio"] as const).entries()) {
    const stored = samples.filter(([, , index]) => index === `${i}`).map(([, , , hex]) => hex);
    assertEquals(stored.join(""), toHex(track));
  }
  assertEquals(new Set(samples.map(([, period]) => period)).size, periods);
  const ids = readSegments(files).map(({ period, track, ordinal }) =>
    `${period} ${track} ${ordinal}`
  );
  assertEquals(ids.length, new Set(ids).size);
}

Deno.test("an archive has every sample once, in one period, wherever the process is killed", () => {
  const whole = new MemoryFileSystem();
  assertEquals(record(new TestRecorder(whole), 0), undefined);
  checkArchive(whole, 1);
  const start = firstAcknowledged();
  for (let step = start; step < whole.steps; step += 97) {
    const files = new MemoryFileSystem({ killAfter: step });
    const recorder = new TestRecorder(files);
    const killedAt = record(recorder, 0);
    if (killedAt === undefined) continue; // the broadcast is over
    const restarted = files.restart();
    assertEquals(
      record(new TestRecorder(restarted, recorder.last), Math.max(0, killedAt - 1)),
      undefined,
    );
    checkArchive(restarted, 1);
  }
});

/** Steps until the first chunks are stored: a process that is killed before has no period to go on with. */
function firstAcknowledged(): number {
  const files = new MemoryFileSystem();
  const recorder = new TestRecorder(files);
  const request = recorder.segmenter.open("main", "feed");
  const reader = new FragmentReader();
  for (let gop = 0; gop < 3; gop++) {
    const bytes = gop === 0 ? [encoder.init, encoder.fragment(0)] : [encoder.fragment(gop)];
    for (const part of bytes) recorder.push(request, reader.push(part), gop);
  }
  return files.steps;
}
