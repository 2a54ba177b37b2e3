/** Checks that a client receives every packet of a track at its own time. */

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

/** Delay in seconds that ffmpeg adds to video with negative composition offsets, by file. */
const FFMPEG_DELAY: Record<string, number> = {
  "frag-avc-cmaf.mp4": 0.08,
  "frag-avc-negativects.mp4": 0.08,
  "frag-avcaac-smooth.ismv": 0.08,
};

/** Files with several edits, which several_edits_test.ts compares by what is decoded. */
export const WITH_SEVERAL_EDITS = /-\w+edits?\./;

/** Representation in an MPD or a playlist, as ffmpeg selects it. */
export interface ClientTrack {
  readonly url: string;
  /** Stream specifier of ffmpeg. */
  readonly stream: string;
  readonly representation: Representation;
}

/** Corrects the times of packets or frames that ffmpeg read from a file. */
export function correctTimes(file: string, track: BoxTrack, read: readonly Packet[]): Packet[] {
  const delay = track.handler === "vide" ? FFMPEG_DELAY[basename(file)] ?? 0 : 0;
  return read.map((packet) => ({ ...packet, pts: packet.pts - delay }));
}

/** @param clients Representations of media segments, or of images */
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
 * Reads the packets of a client. ffmpeg copies audio at its decode times, which start at 0 in AMS, so ffprobe supplies the
 * presentation times of audio that starts late.
 */
export async function readClientPackets(
  { url, stream, representation }: ClientTrack,
): Promise<Packet[]> {
  const copied = await readPackets(url, stream);
  if (representation.mimeType !== "audio/mp4" || representation.segments[0]!.time === 0) {
    return copied;
  }
  const times = await readPresentationTimes(url, stream);
  assertEquals(times.length, copied.length);
  return copied.map((packet, i) => ({ ...packet, pts: times[i]! }));
}

/** Compares all but the first frame, which may contain priming: ffmpeg trims it in files but not in fragments. */
export function checkFrames(source: Packet[], client: Packet[]): void {
  assert(source.length > 1);
  for (const frame of source.slice(1)) {
    const got = client.find(({ pts }) => isSameTime(pts, frame.pts));
    assertEquals(got?.md5, frame.md5, `the frame at ${frame.pts} s`);
  }
}

/** Fetches and compares images, since ffmpeg does not support them in MPDs and playlists. */
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
