import { assertEquals } from "@std/assert";
import { FragmentMemory } from "../../lib/live/fragment_memory.ts";
import type { LiveFragment } from "../../lib/live/media/live_samples.ts";

const fragment = (...all: Uint8Array[]) =>
  all.map((data) => ({ samples: { data } }) as unknown as LiveFragment);

Deno.test("FragmentMemory frees memory with the last sample of all tracks", () => {
  const memory = new FragmentMemory();
  const bytes = new Uint8Array(100_000);
  const [video, audio] = [bytes.subarray(0, 90_000), bytes.subarray(90_000)];
  memory.add(fragment(video, audio));
  memory.release(video.subarray(0, 50_000));
  memory.release(audio);
  assertEquals(bytes.length, 100_000);
  memory.release(video.subarray(50_000));
  assertEquals(bytes.length, 0);
});

Deno.test("FragmentMemory leaves memory that it does not know, or that is small", () => {
  const memory = new FragmentMemory();
  const [small, unknown] = [new Uint8Array(1000), new Uint8Array(100_000)];
  memory.add(fragment(small));
  memory.release(small);
  memory.release(unknown);
  assertEquals([small.length, unknown.length], [1000, 100_000]);
});
