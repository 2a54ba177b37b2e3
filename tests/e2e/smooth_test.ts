/** Fragments of Smooth Streaming in ffmpeg: behind an init out of the manifest alone, and against those that it makes itself. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { concat } from "../mp4/movie_file.ts";
import { type BoxTrack, isPlayed, readTracks } from "../mp4box.ts";
import { packageFile } from "../serve.ts";
import { type Level, type Manifest, readManifest, TICKS, withDecodeTime } from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";
import { smoothInit } from "../smooth_init.ts";
import { OF_SEVERAL_EDITS, onTime } from "./check_track.ts";
import { sameTime } from "./compare.ts";
import { frames, type Packet } from "./ffmpeg.ts";
import { MEDIA, packageName, serveTestdata } from "./root.ts";

/** What Smooth Streaming doesn't carry (see smooth_packets_test.ts). */
const LEFT_OUT = /-(av1|vp9|opus|flac|mp3|mjpeg)-|empty\.|twoentries/;

const served = serveTestdata();

async function manifestOf(media: string): Promise<Manifest> {
  await packageFile(served.root, media);
  const url = `${served.ams.url}/${packageName(media)}/Manifest`;
  const response = await fetch(url);
  assertEquals(response.status, 200);
  return readManifest(await response.text(), url);
}

async function fragmentsOf({ fragments }: Level): Promise<Uint8Array[]> {
  return await Promise.all(fragments.map(async ({ url }) => await (await fetch(url)).bytes()));
}

for (const media of MEDIA.filter((name) => !LEFT_OUT.test(name) && name !== OF_SEVERAL_EDITS)) {
  Deno.test(`ffmpeg decodes the Smooth fragments of ${media} to the frames and times of the file`, async (t) => {
    const file = join(served.root, media);
    const tracks = readTracks(await Deno.readFile(file)).filter(isPlayed);
    const { streams } = await manifestOf(media);
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
  const fragments = await fragmentsOf(level);
  const copy = `${file}.${track.id}.smooth.mp4`;
  const timed = fragments.map((bytes, i) => withDecodeTime(bytes, level.fragments[i]!.time));
  await Deno.writeFile(copy, concat(smoothInit(level), ...timed));
  const source = onTime(file, track, await frames(file, `i:${track.id}`));
  const client = early(await frames(copy, "0"), fragments);
  const { start } = track;
  const isPresented = ({ pts }: Packet) => pts > start + SQUEEZED;
  const [expected, got] = [source.filter(isPresented), client.filter(isPresented)];
  assertGreater(expected.length, 1);
  for (const [i, frame] of expected.entries()) {
    const same = got.find(({ pts }) => sameTime(pts, frame.pts));
    assert(same, `no frame at ${frame.pts} s`);
    if (track.handler === "vide" || i > 1) assertEquals(same.md5, frame.md5, `${frame.pts} s`);
  }
  assertEquals(got.length, expected.length);
}

/** Pictures before an edit's start are squeezed into this. In seconds. */
const SQUEEZED = 0.0005;

/** ffmpeg takes the largest negative composition offset of a stream for a delay of all of it (DESIGN.md, 5). */
function early(packets: readonly Packet[], fragments: readonly Uint8Array[]): Packet[] {
  const offsets = fragments.flatMap((bytes) => readFragment(bytes).samples)
    .map(([, , , offset]) => offset);
  const delay = offsets.reduce((most, offset) => Math.max(most, -offset), 0) / TICKS;
  return packets.map((packet) => ({ ...packet, pts: packet.pts - delay }));
}
