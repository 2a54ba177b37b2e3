import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { buildMediaPlaylist } from "../../lib/hls/media_playlist.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import { planCmafSegment } from "../../lib/cmaf/segment.ts";
import { select } from "../../lib/selection/select.ts";
import { getDurations, readStrictPlaylist } from "../m3u8.ts";
import { openSample, openTestdata, PRESENTATION_NAMES } from "../sample_presentations.ts";
import { CLEAR } from "../clear_protection.ts";

/** EXTINF is in microseconds: each of two times may differ by half a microsecond. In seconds. */
const ROUNDING = 1.001e-6;

function mediaOf({ renditions }: Presentation): MediaRendition[] {
  return [...renditions.values()].filter((one): one is MediaRendition =>
    one.type === "video" || one.type === "audio"
  );
}

/** Runs a test on every rendition with a timeline. */
async function everyRendition(
  check: (rendition: MediaRendition, presentation: Presentation) => void | Promise<void>,
): Promise<void> {
  for (const name of PRESENTATION_NAMES) {
    const presentation = await openSample(name);
    try {
      for (const rendition of mediaOf(presentation)) await check(rendition, presentation);
    } finally {
      presentation.close();
    }
  }
}

/** baseMediaDecodeTime, read from the bytes of a segment (14496-12 §8.8.12). */
function tfdtOf(segment: Uint8Array): number {
  const at = new TextDecoder("latin1").decode(segment).indexOf("tfdt");
  assert(at > 0);
  const view = new DataView(segment.buffer, segment.byteOffset + at + 4);
  return view.getUint8(0) === 1 ? Number(view.getBigUint64(4)) : view.getUint32(4);
}

Deno.test("buildMediaPlaylist() has EXTINFs that add up to each segment's tfdt", async () => {
  let segments = 0;
  await everyRendition((rendition, presentation) => {
    const lengths = getDurations(
      readStrictPlaylist(buildMediaPlaylist(presentation, rendition, "fmp4")),
    );
    let sum = 0;
    for (const [i, length] of lengths.entries()) {
      const tfdt = tfdtOf(planCmafSegment(rendition, i, CLEAR).header);
      assertAlmostEquals(sum, tfdt / rendition.timing.timescale, ROUNDING, rendition.file);
      sum += length;
      segments++;
    }
  });
  assert(segments > 100);
});

Deno.test("buildMediaPlaylist() has the same times in both formats", async () => {
  await everyRendition((rendition, presentation) => {
    if (!rendition.codec.mpegTs) return;
    const [fmp4, ts] = (["fmp4", "ts"] as const).map((format) =>
      readStrictPlaylist(buildMediaPlaylist(presentation, rendition, format))
    );
    assertEquals(getDurations(ts!), getDurations(fmp4!));
    const names = (uris: readonly { uri: string }[]) =>
      uris.map(({ uri }) => uri.replace(/\.\w+$/, ""));
    assertEquals(names(ts!.uris), names(fmp4!.uris));
  });
});

const ticks: [what: string, timescale: number, sample: number, samplesASegment: number][] = [
  ["audio at 44.1 kHz", 44100, 1024, 86],
  ["29.97 frames a second", 30000, 1001, 60],
  ["23.976 frames a second", 24000, 1001, 48],
  ["a timescale of 10 MHz", 1e7, 333667, 60],
];

for (const [what, timescale, sample, samplesASegment] of ticks) {
  Deno.test(`buildMediaPlaylist() does not drift with ${what} over 24 hours`, async () => {
    const presentation = await openTestdata(["test-avc-frontmoov.mp4"]);
    const [real] = mediaOf(presentation) as [MediaRendition];
    const count = Math.floor(24 * 3600 * timescale / sample / samplesASegment);
    const samples = Float64Array.from({ length: count + 1 }, (_, i) => i * samplesASegment);
    const times = samples.map((index) => index * sample);
    const timing = { ...real.timing, timescale, decodeTime: (index: number) => index * sample };
    const starts = times.subarray(0, -1);
    const long: MediaRendition = {
      ...real,
      timing,
      timeline: {
        ...real.timeline,
        samples,
        times,
        decodeTimes: times,
        firstSampleTimes: starts,
      },
    };
    let microseconds = 0;
    const lengths = getDurations(
      readStrictPlaylist(buildMediaPlaylist(presentation, long, "fmp4")),
    );
    presentation.close();
    assertEquals(lengths.length, count);
    for (const [i, length] of lengths.entries()) {
      assertAlmostEquals(microseconds / 1e6, times[i]! / timescale, ROUNDING);
      microseconds += Math.round(length * 1e6);
    }
  });
}

Deno.test("buildMediaPlaylist() of images declares the time of each image", async () => {
  const presentation = await openTestdata(["ladder-mjpeg-thumbs.mp4", "ladder-aac-eng.mp4"]);
  const [image] = [...presentation.renditions.values()];
  const { uris, tags } = readStrictPlaylist(buildMediaPlaylist(presentation, image!, "fmp4"));
  presentation.close();
  assertEquals(uris.length, 6);
  assert(tags.some(({ name }) => name === "EXT-X-IMAGES-ONLY"));
  for (const [i, uri] of uris.entries()) {
    assertEquals(uri.tags.slice(-2).map(({ value }) => value), [
      "2.000000,",
      "RESOLUTION=160x90,LAYOUT=1x1,DURATION=2.000000",
    ]);
    assert(uri.uri.endsWith(`/${32768 * i}.jpg`), uri.uri);
  }
});

/** EXTINF of the images of a presentation of 12 s with a key frame, and an image, every 2 s. */
const imageClips: [query: { start?: number; end?: number }, durations: number[]][] = [
  [{}, [2, 2, 2, 2, 2, 2]],
  [{ start: 5 }, [2, 2, 2, 2]],
  [{ start: 4, end: 7 }, [2, 2]],
];

for (const [query, durations] of imageClips) {
  Deno.test(`buildMediaPlaylist() of images starts with the clip ${JSON.stringify(query)}`, async () => {
    const presentation = await openTestdata(["ladder-avc-240p.mp4", "ladder-mjpeg-thumbs.mp4"], 2);
    assertEquals(imageDurations(select(presentation, { ...query, ...NO_QUERY })), durations);
    presentation.close();
  });
}

Deno.test("buildMediaPlaylist() of images cuts the first and the last to the clip", async () => {
  const whole = await openTestdata(["ladder-avc-240p.mp4", "ladder-mjpeg-thumbs.mp4"], 2);
  const image = withImageTimes(whole, [0, 5, 10, 12]);
  assertEquals(imageDurations(select(image, { start: 6, end: 12, ...NO_QUERY })), [4, 2]);
  assertEquals(imageDurations(select(image, { start: 2, end: 8, ...NO_QUERY })), [3, 3]);
  assertEquals(imageDurations(select(image, { start: 2, end: 4, ...NO_QUERY })), [2]);
  assertEquals(imageDurations(image), [5, 5, 2]);
  const late = withImageTimes(whole, [1, 5, 10, 12]);
  assertEquals(imageDurations(late), [5, 5, 2]);
  whole.close();
});

const NO_QUERY = { mediaQuery: "", playlistQuery: "" };

function findImage({ renditions }: Presentation): MediaRendition {
  return [...renditions.values()].find(({ type }) => type === "image") as MediaRendition;
}

function imageDurations(presentation: Presentation): number[] {
  const text = buildMediaPlaylist(presentation, findImage(presentation), "fmp4");
  return getDurations(readStrictPlaylist(text));
}

/** Returns the presentation with other times of its images, in seconds. */
function withImageTimes(presentation: Presentation, seconds: number[]): Presentation {
  const image = findImage(presentation);
  const times = Float64Array.from(seconds, (time) => time * image.timing.timescale);
  const changed = { ...image, timeline: { ...image.timeline, times } };
  const renditions = new Map(presentation.renditions).set(image.name, changed);
  const sets = presentation.sets.map((set) =>
    set.type === "image" ? { ...set, renditions: [changed] } : set
  );
  return { ...presentation, renditions, sets };
}
