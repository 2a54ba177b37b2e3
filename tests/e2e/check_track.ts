/** Whether a client gets every packet of a file's track, at its own time. */

import { assert, assertEquals } from "@std/assert";
import { basename } from "@std/path";
import type { BoxTrack } from "../mp4box.ts";
import type { Representation, Segment } from "../mpd.ts";
import { findDifference, isSameTime, md5 } from "./compare.ts";
import {
  decodeFrames,
  type Packet,
  readPackets,
  readPacketsWithoutEdits,
  readPresentationTimes,
} from "./ffmpeg.ts";
import { DECODED_BY_FFMPEG } from "./root.ts";

/** ffmpeg takes the signed composition offsets of these files' pictures for a delay (DESIGN.md, 5). In seconds. */
const FFMPEG_DELAY: Record<string, number> = {
  "frag-avc-cmaf.mp4": 0.08,
  "frag-avc-negativects.mp4": 0.08,
  "frag-avcaac-smooth.ismv": 0.08,
};

/** AMS plays this one from its first edit on to the end of the track, and says so; ffmpeg plays all its edits. */
export const WITH_SEVERAL_EDITS = "test-avc-twoedits.mp4";

/** A Representation as ffmpeg finds it, in an MPD or a playlist. */
export interface ClientTrack {
  readonly url: string;
  /** Specifier of ffmpeg's. */
  readonly stream: string;
  readonly representation: Representation;
}

/** Packets, or the frames that they decode to, at the times at which the file presents them. */
export function correctTimes(file: string, track: BoxTrack, read: readonly Packet[]): Packet[] {
  const late = track.handler === "vide" ? FFMPEG_DELAY[basename(file)] ?? 0 : 0;
  return read.map((packet) => ({ ...packet, pts: packet.pts - late }));
}

/** @param clients of fragments, or of images */
export async function checkTrack(
  file: string,
  track: BoxTrack,
  clients: ClientTrack[],
): Promise<void> {
  const source = correctTimes(file, track, await readPackets(file, `i:${track.id}`));
  assert(source.length > 0);
  await Promise.all(clients.map(async (client) => {
    const { url, stream, representation: { init, segments, timescale } } = client;
    if (!init) return await checkImages(source, segments, timescale);
    const whole = () => readPacketsWithoutEdits(file, `i:${track.id}`);
    const { start, end } = track;
    const comparison = { source, whole, start, end, client: await readClientPackets(client) };
    assertEquals(await findDifference(comparison), "", url);
    if (!DECODED_BY_FFMPEG.test(file)) return;
    checkFrames(await decodeFrames(file, `i:${track.id}`), await decodeFrames(url, stream));
  }));
}

/**
 * ffmpeg copies sound at its decode times, which start at 0 in what AMS makes: where sound starts late, ffprobe says
 * when ffmpeg presents it.
 */
async function readClientPackets({ url, stream, representation }: ClientTrack): Promise<Packet[]> {
  const copied = await readPackets(url, stream);
  if (representation.mimeType !== "audio/mp4" || representation.segments[0]!.time === 0) {
    return copied;
  }
  const times = await readPresentationTimes(url, stream);
  assertEquals(times.length, copied.length);
  return copied.map((packet, i) => ({ ...packet, pts: times[i]! }));
}

/** The first frame may hold priming, which ffmpeg cuts off in files but not in fragments. */
export function checkFrames(source: Packet[], client: Packet[]): void {
  assert(source.length > 1);
  for (const frame of source.slice(1)) {
    const got = client.find(({ pts }) => isSameTime(pts, frame.pts));
    assertEquals(got?.md5, frame.md5, `the frame at ${frame.pts} s`);
  }
}

/** ffmpeg knows no images in MPDs and playlists: each is fetched by the time that it has there. */
export async function checkImages(
  source: readonly Packet[],
  segments: readonly Segment[],
  timescale: number,
): Promise<void> {
  assertEquals(segments.length, source.length);
  for (const [i, { url, time }] of segments.entries()) {
    const response = await fetch(url);
    assertEquals(response.headers.get("content-type"), "image/jpeg");
    assertEquals(md5(await response.bytes()), source[i]!.md5, url);
    assert(isSameTime(time / timescale, source[i]!.pts), `${url} is not at ${source[i]!.pts} s`);
  }
}
