/** ffmpeg decodes Smooth fragments with an init segment from the manifest, and writes equal fragments. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { concat } from "../mp4/movie_file.ts";
import { type BoxTrack, isImages, readTracks, selectPlayable } from "../mp4box.ts";
import { packageFile } from "../serve.ts";
import {
  type Level,
  type Manifest,
  readManifest,
  REORDERED,
  TICKS,
  UNSUPPORTED,
  withDecodeTime,
} from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";
import { buildSmoothInit } from "../smooth_init.ts";
import { correctTimes, WITH_SEVERAL_EDITS } from "./check_track.ts";
import { isSameTime } from "./compare.ts";
import { decodeFrames, type Packet, writeSmooth } from "./ffmpeg.ts";
import { DISTINCT_MEDIA, packageName, serveTestdata } from "./root.ts";

/**
 * Audio with synthesized noise (PNS, SBR): without the priming a decoder uses other random numbers.
 * smooth_packets_test.ts compares its packets.
 */
const SYNTHESIZED = /-heaac|-aac-(mono|mpeg2|stz2byte)\.|multi-avc-tracks/;

const served = serveTestdata();

async function fetchManifest(media: string): Promise<Manifest> {
  await packageFile(served.root, media);
  const url = `${served.ams.url}/${packageName(media)}/Manifest`;
  const response = await fetch(url);
  assertEquals(response.status, 200);
  return readManifest(await response.text(), url);
}

async function fetchFragments({ fragments }: Level): Promise<Uint8Array[]> {
  return await Promise.all(fragments.map(async ({ url }) => await (await fetch(url)).bytes()));
}

for (const media of DISTINCT_MEDIA.filter((name) => !UNSUPPORTED.test(name))) {
  if (WITH_SEVERAL_EDITS.test(media)) continue;
  Deno.test(`ffmpeg decodes the Smooth fragments of ${media} to the frames and times of the file`, async (t) => {
    const file = join(served.root, media);
    const tracks = selectPlayable(media, readTracks(await Deno.readFile(file)))
      .filter((track) => !isImages(track));
    if (media === REORDERED) tracks.reverse();
    const { streams } = await fetchManifest(media);
    for (const type of ["video", "audio"] as const) {
      const levels = streams.filter((stream) => stream.type === type)
        .flatMap(({ levels }) => levels);
      const handler = type === "video" ? "vide" : "soun";
      for (const [i, track] of tracks.filter((track) => track.handler === handler).entries()) {
        await t.step(`${type} ${i}`, () => checkFrames(file, track, levels[i]!));
      }
    }
  });
}

async function checkFrames(file: string, track: BoxTrack, level: Level): Promise<void> {
  const fragments = await fetchFragments(level);
  const copy = `${file}.${track.id}.smooth.mp4`;
  const timed = fragments.map((bytes, i) => withDecodeTime(bytes, level.fragments[i]!.time));
  await Deno.writeFile(copy, concat(buildSmoothInit(level), ...timed));
  const source = correctTimes(file, track, await decodeFrames(file, `i:${track.id}`));
  const client = subtractDelay(await decodeFrames(copy, "0"), fragments);
  const { start, end } = track;
  const isPresented = ({ pts }: Packet) =>
    pts > start + PREROLL_SECONDS && pts < end - PREROLL_SECONDS;
  const [expected, got] = [source.filter(isPresented), client.filter(isPresented)];
  assertGreater(expected.length, 1);
  assertEquals(got.length, expected.length, "frames");
  for (const [i, frame] of expected.entries()) {
    const same = got.find(({ pts }) => isSameTime(pts, frame.pts));
    assert(same, `no frame at ${frame.pts} s`);
    const known = track.handler === "vide" || i > 1 && !SYNTHESIZED.test(file);
    if (known) assertEquals(same.md5, frame.md5, `${frame.pts} s`);
  }
}

/** Duration of the video before the start of an edit, and tolerance for times. */
const PREROLL_SECONDS = 0.0005;

/** Subtracts the largest negative composition offset, which ffmpeg adds to all times as a delay. */
function subtractDelay(packets: readonly Packet[], fragments: readonly Uint8Array[]): Packet[] {
  const offsets = fragments.flatMap((bytes) => readFragment(bytes).samples)
    .map(([, , , offset]) => offset);
  const delay = offsets.reduce((maximum, offset) => Math.max(maximum, -offset), 0) / TICKS;
  return packets.map((packet) => ({ ...packet, pts: packet.pts - delay }));
}

/** Files with B-frames or priming, with the first composition offset, which ffmpeg adds to all times. */
const COMPARED: [file: string, delay: number][] = [
  ["pair-avc-aac.mp4", 0.08],
  ["flash-avc-bframes.mp4", 0.08],
  ["test-avc-2997fps.mp4", 2002 / 30000],
];

for (const [media, delay] of COMPARED) {
  Deno.test(`ffmpeg splits ${media} into the same Smooth fragments, ${delay} s later`, async () => {
    const { streams: [video, audio] } = await fetchManifest(media);
    const written = await writeFfmpegFragments(media);
    const { fragments } = video!.levels[0]!;
    assertEquals(
      written.video!.map(({ time }) => time - Math.round(delay * TICKS)),
      fragments.map(({ time }) => time),
    );
    assertEquals(written.video!.map(({ sizes }) => sizes), await fetchSizes(video!.levels[0]!));
    if (!audio) return assertEquals(written.audio, undefined);
    // ffmpeg splits audio at other times, and retains the priming
    const [priming, ...presented] = written.audio!.flatMap(({ sizes }) => sizes);
    assertGreater(priming, 0);
    assertEquals((await fetchSizes(audio.levels[0]!)).flat(), presented);
  });
}

async function fetchSizes(level: Level): Promise<number[][]> {
  const fragments = await fetchFragments(level);
  return fragments.map((bytes) => readFragment(bytes).samples.map(([, size]) => size));
}

interface FfmpegFragment {
  /** In ticks. */
  readonly time: number;
  /** Sizes of its samples. */
  readonly sizes: readonly number[];
}

/** Fragments of 2 seconds that the muxer of ffmpeg writes, sorted by time, for each type. */
async function writeFfmpegFragments(media: string): Promise<Record<string, FfmpegFragment[]>> {
  const directory = join(served.root, `${media}.ffmpeg.ism`);
  await writeSmooth(join(served.root, media), directory, 2);
  const found: Record<string, FfmpegFragment[]> = {};
  for await (const { name: level, isDirectory } of Deno.readDir(directory)) {
    if (!isDirectory) continue;
    for await (const { name } of Deno.readDir(join(directory, level))) {
      const [, type, time] = /^Fragments\((\w+)=(\d+)\)$/.exec(name) ?? [];
      if (!type) continue;
      const bytes = await Deno.readFile(join(directory, level, name));
      (found[type] ??= []).push({ time: Number(time), sizes: parseSizes(bytes) });
    }
  }
  Object.values(found).forEach((list) => list.sort((a, b) => a.time - b.time));
  return found;
}

/** Flags of trun (14496-12 §8.8.8): fields before the rows, and fields of a row, which always include the size. */
const [BEFORE, ROW, SIZE] = [[0x1, 0x4], [0x100, 0x200, 0x400, 0x800], 0x200];

/** Parses the sample sizes of a trun with any fields. */
function parseSizes(fragment: Uint8Array): number[] {
  let sizes: number[] = [];
  const count = (flags: number, bits: readonly number[]) =>
    bits.filter((bit) => flags & bit).length;
  const trun = (r: ByteReader) => {
    const flags = r.u32() & 0xFFFFFF;
    const length = r.u32();
    r.skip(4 * count(flags, BEFORE));
    const before = count(flags, ROW.filter((bit) => bit < SIZE));
    sizes = Array.from({ length }, () => {
      r.skip(4 * before);
      const size = r.u32();
      r.skip(4 * (count(flags, ROW) - before - 1));
      return size;
    });
  };
  const traf = (r: ByteReader) => readBoxes(r, { trun });
  readBoxes(new ByteReader(fragment), { moof: (r) => readBoxes(r, { traf }) });
  return sizes;
}
