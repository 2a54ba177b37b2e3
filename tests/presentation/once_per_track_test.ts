import { assertEquals, assertStrictEquals } from "@std/assert";
import type { TrackIndex } from "../../lib/package/track_index.ts";
import { DerivedValues } from "../../lib/presentation/derived_values.ts";
import { oncePerTrack } from "../../lib/presentation/once_per_track.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { memorySource } from "../mp4/movie_file.ts";
import { openPackage } from "../open_presentation.ts";
import { syntheticMovie } from "../robustness/synthetic_movie.ts";
import { buildTrack } from "./synthetic_track.ts";

Deno.test("oncePerTrack() computes once for each track and index", () => {
  const [a, b] = [1, 2].map(() => buildTrack({ durations: 1, count: 2 }, 25));
  const index = {} as TrackIndex;
  const inputs = [{ track: a! }, { track: a! }, { track: b! }, { track: a!, index }, {
    track: a!,
    index,
  }];
  let calls = 0;
  const compute = oncePerTrack(() => ++calls);
  assertEquals(inputs.map((input) => compute(input)), [1, 1, 2, 3, 3]);
});

/** Opens a package that names video and subtitles `count` times, and counts the work. */
async function openNamed(count: number) {
  const video = {
    like: "test-avc-baseline.mp4",
    sizes: { each: 1, count: 5000 },
    durations: [[5000, 40]],
    syncs: Array.from({ length: 100 }, (_, i) => 1 + 50 * i),
  };
  const movie = memorySource(syntheticMovie([video], 5000));
  const cues = memorySource(new TextEncoder().encode("WEBVTT\n\n00:00.000 --> 00:10.000\na\n"));
  const presentation = await openPackage(
    {
      segmentDuration: 4,
      tracks: Array.from({ length: count }, (_, i) => [
        { file: "a.mp4", track: 1, type: "video" as const, language: "und", name: `video_${i}` },
        { file: "b.vtt", type: "text" as const, language: "eng", name: `caption_${i}` },
      ]).flat(),
    },
    (file) => file === "a.mp4" ? movie.source : { ...cues.source, name: file },
  );
  return { presentation, reads: movie.reads.length + cues.reads.length };
}

Deno.test("openPackage() reads and segments a track once that a package names 100 times", async () => {
  const [once, often] = [await openNamed(1), await openNamed(100)];
  assertEquals(often.reads, once.reads);
  const renditions = [...often.presentation.renditions.values()];
  assertEquals(renditions.length, 200);
  const [, , video, text] = renditions; // the first video is the reference
  for (const rendition of renditions.slice(2)) {
    if (rendition.type === "text") {
      assertStrictEquals(rendition.webvttBytes, (text as typeof rendition).webvttBytes);
    } else {
      assertStrictEquals(rendition.timeline, (video as MediaRendition).timeline);
      assertStrictEquals(rendition.timing, (video as MediaRendition).timing);
    }
  }
});

Deno.test("DerivedValues.get() computes once for renditions of the same samples", async () => {
  const { presentation } = await openNamed(100);
  const derived = new DerivedValues(presentation);
  const computed: string[] = [];
  const derive = (_: unknown, name: string) => computed.push(name);
  for (const { name } of presentation.renditions.values()) derived.get(derive, name);
  assertEquals(computed.filter((name) => name.startsWith("video")), ["video_0", "video_1"]);
  assertEquals(computed.length, 102);
});
