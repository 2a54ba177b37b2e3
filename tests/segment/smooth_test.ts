import { assert, assertEquals } from "@std/assert";
import { parse } from "@libs/xml/parse";
import { smoothStreams, TICKS } from "../../lib/presentation/smooth_streams.ts";
import type { SmoothStream } from "../../lib/presentation/smooth_streams.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";
import { timing } from "../../lib/presentation/timing.ts";
import { cutAfter, multiples } from "../../lib/presentation/timeline.ts";
import { execute } from "../../lib/segment/plan.ts";
import { smoothFragment } from "../../lib/segment/smooth.ts";
import { rescale } from "../../lib/time.ts";
import { buildTrack, CODEC, DESCRIPTION, SOURCE } from "../presentation/build.ts";
import { readFragment } from "../smooth.ts";
import type { SmoothParts } from "../smooth.ts";
import { openTitle, TITLE_NAMES } from "../titles.ts";

/** In seconds. */
const HALF_A_MILLISECOND = 0.0005;

async function fragments(
  stream: SmoothStream,
  rendition: MediaRendition,
): Promise<SmoothParts[]> {
  const parts: SmoothParts[] = [];
  for (let i = 0; i < stream.times.length - 1; i++) {
    parts.push(
      readFragment(await execute(smoothFragment(stream, rendition, i), new Uint8Array(0))),
    );
  }
  return parts;
}

for (const name of TITLE_NAMES) {
  Deno.test(`smoothFragment() has every sample of ${name} at its own time, but for what ends before 0`, async () => {
    const presentation = await openTitle(name);
    try {
      for (const stream of smoothStreams(presentation)) {
        for (const { rendition } of stream.levels) {
          if (rendition.type !== "text") await checkMedia(stream, rendition);
        }
      }
    } finally {
      presentation.close();
    }
  });
}

async function checkMedia(stream: SmoothStream, rendition: MediaRendition): Promise<void> {
  const { timing, track, source } = rendition;
  const parts = await fragments(stream, rendition);
  const got = parts.flatMap(({ samples, time }) => {
    let decoded = time;
    return samples.map(({ duration, size, flags, offset }) => {
      const presented = (decoded + offset) / TICKS;
      decoded += duration;
      return { size, flags, presented };
    });
  });
  const first = timing.end - got.length;
  for (let i = timing.first; i < first; i++) {
    assert(rendition.type === "audio", `sample ${i} is left out`);
    assert(
      timing.presentationTime(i) + timing.decodeTime(i + 1) - timing.decodeTime(i) <= 0,
      `sample ${i} is heard`,
    );
  }
  const { offsets, sizes, flags } = track.samples.samples(first, timing.end);
  for (const [i, sample] of got.entries()) {
    const time = timing.presentationTime(first + i) / timing.timescale;
    assert(
      Math.abs(sample.presented - time) < HALF_A_MILLISECOND,
      `sample ${first + i} at ${sample.presented}, not ${time}`,
    );
    assertEquals([sample.size, sample.flags], [sizes[i], flags[i]]);
  }
  const bytes = parts.flatMap(({ data, samples }) => {
    assertEquals(data.length, samples.reduce((sum, { size }) => sum + size, 0));
    return [data];
  });
  let at = 0;
  for (const data of bytes) {
    for (let place = 0; place < data.length; at++) {
      const sample = new Uint8Array(sizes[at]!);
      await source.read(offsets[at]!, sample);
      assertEquals(data.subarray(place, place + sample.length), sample);
      place += sample.length;
    }
  }
  for (const [i, part] of parts.entries()) {
    assertEquals(part.boxes, ["tfhd", "trun", "sdtp", "uuid"]);
    assertEquals(part.time, stream.times[i]);
    assertEquals(part.duration, part.samples.reduce((sum, { duration }) => sum + duration, 0));
    assertEquals(part.sdtp, part.samples.map(({ flags }) => flags >>> 20 & 255));
  }
}

/** Ten hours of constant frames, cut every 8 seconds. */
const long: [name: string, duration: number, timescale: number, type: "video" | "audio"][] = [
  ["29.97 Hz", 1001, 30000, "video"],
  ["AAC at 44.1 kHz", 1024, 44100, "audio"],
];

for (const [name, duration, timescale, type] of long) {
  Deno.test(`smoothFragment() does not drift in ten hours of ${name}`, async () => {
    const count = Math.floor(36000 * timescale / duration);
    const samples = constantTable(count, duration);
    const track = { ...buildTrack({ durations: duration, count: 1 }, timescale), samples };
    const edit = { start: 0, end: Infinity, tolerance: 0, delay: 0, warning: "" };
    const times = timing(track, edit, type);
    const timeline = cutAfter({ table: samples, timing: times }, multiples(8));
    const rendition = {
      type,
      track,
      timing: times,
      timeline,
      source: SOURCE,
      codec: CODEC,
      description: DESCRIPTION,
    } as unknown as MediaRendition;
    const stream = {
      times: timeline.times.map((time) => rescale(time, timescale, TICKS)),
    } as SmoothStream;
    const last = stream.times.length - 2;
    for (const i of [0, 1, 1000, last - 1, last]) {
      const bytes = await execute(smoothFragment(stream, rendition, i), new Uint8Array(0));
      const { time, duration, samples } = readFragment(bytes);
      assertEquals([time, time + duration], [stream.times[i], stream.times[i + 1]]);
      assert(samples.every(({ offset }) => Math.abs(offset) <= 1)); // rounding, of each sample by itself
    }
  });
}

function constantTable(count: number, duration: number) {
  const { samples: one } = buildTrack({ durations: duration, count: 1 }, 1);
  const fill = (length: number) => ({
    offsets: Float64Array.from({ length }, (_, i) => 10 * i),
    sizes: new Uint32Array(length).fill(10),
    durations: new Uint32Array(length).fill(duration),
    compositionOffsets: new Int32Array(length),
    flags: new Uint32Array(length),
  });
  return {
    ...one,
    count,
    decodeTime: (index: number) => index * duration,
    compositionOffset: () => 0,
    indexAt: (time: number) => Math.min(count - 1, Math.floor(time / duration)),
    syncFrom: (index: number) => Math.min(index, count),
    syncUpTo: (index: number) => Math.min(index, count - 1),
    samples: (first: number, end: number) => fill(end - first),
  };
}

Deno.test("smoothFragment() of a text is a document whose times count from the fragment's", async () => {
  const presentation = await openTitle("a ladder with two languages, texts and thumbnails");
  try {
    const stream = smoothStreams(presentation).find(({ type }) => type === "text")!;
    const text = stream.levels[0]!.rendition;
    assert(text.type === "text");
    const shown = new Map<string, number>();
    for (let i = 0; i < stream.times.length - 1; i++) {
      const bytes = await execute(smoothFragment(stream, text, i), new Uint8Array(0));
      const { data, time, duration, samples } = readFragment(bytes);
      assertEquals(samples.map(({ size }) => size), [data.length]);
      assertEquals([time, time + duration], [stream.times[i], stream.times[i + 1]]);
      for (const { begin, end, content } of paragraphs(new TextDecoder().decode(data))) {
        assert(begin >= 0 && end <= duration / TICKS + 0.001);
        shown.set(content, (shown.get(content) ?? 0) + end - begin);
      }
    }
    assertEquals(Math.round(1000 * shown.get("The first cue starts at zero.")!), 1500);
    assertEquals(
      Math.round(
        1000 * shown.get("This one crosses the boundary at two seconds & the one at four.")!,
      ),
      3000,
    );
  } finally {
    presentation.close();
  }
});

function paragraphs(document: string) {
  parse(document); // well-formed
  return [...document.matchAll(/<p begin="([^"]*)" end="([^"]*)"[^>]*>(.*?)<\/p>/g)].map((
    [, begin, end, content],
  ) => ({
    begin: seconds(begin!),
    end: seconds(end!),
    content: content!.replaceAll("<br/>", " ").replace(/<[^>]*>/g, "").replaceAll("&amp;", "&"),
  }));
}

function seconds(clock: string): number {
  const [h, m, s] = clock.split(":").map(Number);
  return 3600 * h! + 60 * m! + s!;
}
