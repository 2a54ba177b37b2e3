/** ffmpeg reads from MPEG-TS and packed audio the samples of the file, 10 s later: audio as packets, video decoded. */

import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type BoxTrack, readTracks, selectPlayable } from "../mp4box.ts";
import { type Representation, withoutSubtitles } from "../mpd.ts";
import { packageFile, packageFiles } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkFrames, correctTimes, WITH_SEVERAL_EDITS } from "./check_track.ts";
import { findDifference } from "./compare.ts";
import {
  decodeFrames,
  decodeFramesWithoutEdits,
  type Packet,
  readAudioPackets,
  readPackets,
  readPacketsWithoutEdits,
  readWarnings,
} from "./ffmpeg.ts";
import { saveSegments } from "./playlists.ts";
import { DISTINCT_MEDIA, packageName, serveTestdata } from "./root.ts";

/** Codecs that MPEG-TS does not support. */
const UNSUPPORTED_IN_TS = /^(av01|vp09|dvh1|Opus|fLaC)/;

/** A program config element is inserted into its samples, so they are compared after decoding. */
const WITH_PCE = "tone-aac-pce.mp4";

/** Video before its edit is compressed to half a millisecond, and ffmpeg warns of the gap after it. */
const TRIMMED = "flash-avc-trimmed.mp4";

/** Their first frame lasts for 0.08 s. Packed audio has no durations, so it starts directly before the second frame. */
const WITH_GAP = /^frag-avcaac-(absolute|hybrid|nooffset|separate)\./;

/** Audio that is always packed: neither mono nor stereo, nor AAC or MP3. */
const NOT_MUXED = /-e?ac3-|-aac-(surround|pce)\./;

/** Video for muxing with audio files. */
const VIDEO_FILE = "test-avc-frontmoov.mp4";

/** Offset of MPEG-TS timestamps from presentation times, in seconds (docs/design/timing.md). */
const TIMESTAMP_OFFSET = 10;

/** Duration for a single segment: ffmpeg 5.1 reads the time of the next packed audio segment too early. */
const SINGLE_SEGMENT = 60;

const served = serveTestdata();

/** Track of a file, and its rendition. */
interface TrackCase {
  readonly media: string;
  readonly track: BoxTrack;
  /** Index of the track. */
  readonly index: number;
  readonly representation: Representation;
  /** URL of its MPEG-TS playlist. */
  readonly playlist: string;
}

for (const media of DISTINCT_MEDIA) {
  if (WITH_SEVERAL_EDITS.test(media)) continue;
  Deno.test(`MPEG-TS and packed audio contain all of ${media} at its own time`, async () => {
    await packageFile(served.root, media);
    const all = await listCases(media);
    const [cases, others] = [
      all.filter(({ representation: { codecs } }) => !UNSUPPORTED_IN_TS.test(codecs)),
      all.filter(({ representation: { codecs } }) => UNSUPPORTED_IN_TS.test(codecs)),
    ];
    for (const unsupported of others) await checkNotFound(unsupported);
    const video = cases.filter(({ track }) => track.handler === "vide");
    const audio = cases.filter(({ track }) => track.handler === "soun");
    await Promise.all([...video.map(checkVideo), ...audio.map(checkPackedAudio)]);
    if (audio.length === 1 && !NOT_MUXED.test(media)) await checkMuxed(audio[0]!, video[0]);
  });
}

async function listCases(media: string): Promise<TrackCase[]> {
  const tracks = selectPlayable(media, readTracks(await Deno.readFile(getPath(media))));
  const found = await fetchRenditions(packageName(media));
  assertEquals(found.length, tracks.length);
  return tracks.map((track, i) => ({ media, track, index: i, ...found[i]! }));
}

function getPath(name: string): string {
  return join(served.root, name);
}

/** Fetches the renditions of a package, in the order of its tracks. */
async function fetchRenditions(name: string) {
  const url = `${served.ams.url}/${name}`;
  const representations = withoutSubtitles(await fetchMpd(`${url}/.mpd`));
  return representations.map((representation) => ({
    representation,
    playlist: `${url}/${representation.id}.ts.m3u8`,
  }));
}

/** Checks that the error names the unsupported codec. */
async function checkNotFound({ playlist, representation: { codecs } }: TrackCase): Promise<void> {
  const response = await fetch(playlist);
  assertStringIncludes(await response.text(), codecs);
  assertEquals(response.status, 404);
}

/** Compares decoded frames up to the end of the edit, since conversion to Annex B changes the bytes of video. */
async function checkVideo({ media, track, playlist }: TrackCase): Promise<void> {
  const [file, stream] = [getPath(media), `i:${track.id}`];
  const { start, end } = track;
  const source = correctTimes(file, track, await decodeFrames(file, stream));
  assertGreater(source.length, 1);
  const client = subtractOffset(await decodeFrames(playlist, "v:0")).filter(({ pts }) => pts < end);
  const whole = () => decodeFramesWithoutEdits(file, stream);
  assertEquals(await findDifference({ source, whole, start, end, client }), "", playlist);
  await checkConcatenated(playlist, media);
}

/** Checks that ffmpeg reads the concatenated segments without a warning. Returns the path of the file. */
async function checkConcatenated(playlist: string, media: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: served.root, suffix: ".ts" });
  await saveSegments(playlist, file);
  const lines = (await readWarnings(file)).split("\n")
    .filter((line) => media !== TRIMMED || !line.includes("DTS discontinuity"));
  assertEquals(lines.join("\n"), "", playlist);
  return file;
}

async function checkPackedAudio(audio: TrackCase): Promise<void> {
  const name = `${audio.media}.${audio.track.id}.json`;
  await packageFiles(served.root, name, { files: [audio.media], segmentDuration: SINGLE_SEGMENT });
  const { playlist } = (await fetchRenditions(name))[audio.index]!;
  const start = WITH_GAP.test(audio.media) ? 0.01 : audio.track.start;
  await checkAudio({ ...audio, track: { ...audio.track, start } }, playlist);
}

/** Checks audio muxed with the video of its file, or with other video. */
async function checkMuxed(audio: TrackCase, video: TrackCase | undefined): Promise<void> {
  const { media } = audio;
  if (video) return await checkAudio(audio, await checkConcatenated(video.playlist, media));
  const name = `${media}.muxed.json`;
  await packageFiles(served.root, name, { files: [VIDEO_FILE, media] });
  const [muxed] = await fetchRenditions(name);
  await checkAudio(audio, await checkConcatenated(muxed!.playlist, media));
}

/** @param input path, or URL of a playlist */
async function checkAudio(
  { media, track, representation }: TrackCase,
  input: string,
): Promise<void> {
  const [file, stream] = [getPath(media), `i:${track.id}`];
  if (media === WITH_PCE) {
    return checkFrames(
      await decodeFrames(file, stream),
      subtractOffset(await decodeFrames(input, "a:0")),
    );
  }
  const { start, end } = track;
  const source = await readPackets(file, stream);
  assertGreater(source.length, 1);
  const client = subtractOffset(await readAudioPackets(input, representation.codecs));
  const whole = () => readPacketsWithoutEdits(file, stream);
  assertEquals(await findDifference({ source, whole, start, end, client }), "", input);
}

function subtractOffset(streamed: readonly Packet[]): Packet[] {
  return streamed.map((packet) => ({ ...packet, pts: packet.pts - TIMESTAMP_OFFSET }));
}
