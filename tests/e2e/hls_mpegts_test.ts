/** ffmpeg gets from MPEG-TS and packed audio what is in the file, 10 s later: sound packet by packet, pictures decoded. */

import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type BoxTrack, isPlayable, readTracks } from "../mp4box.ts";
import { type Representation, withoutWebvtt } from "../mpd.ts";
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
import { IMAGES, MEDIA, packageName, serveTestdata } from "./root.ts";

/** What transport streams can't carry. */
const UNSUPPORTED_IN_TS = /^(av01|vp09|Opus|fLaC)/;

/** Its samples get the program config element that only its configuration has: they are compared when decoded. */
const WITH_PCE = "tone-aac-pce.mp4";

/** Its pictures before the edit are squeezed into half a millisecond: ffmpeg wonders why the next one comes so late. */
const TRIMMED = "flash-avc-trimmed.mp4";

/** Their first frame lasts until the second, 0.08 s: packed audio can't say so, and lets it start right before that one. */
const WITH_GAP = /^frag-avcaac-(absolute|hybrid|nooffset|separate)\./;

/** These differ from others in how they are put together, which makes no difference to streams. */
const REDUNDANT = /^frag-(avc|aac)-|-(64bit|quicktime2?|stz2(byte|nibble)?|unknown)\./;

/** A picture to go with what is sound alone, for streams that hold both. */
const VIDEO_FILE = "test-avc-frontmoov.mp4";

/** How far transport streams are ahead of the presentation (DESIGN.md, 5). In seconds. */
const TIMESTAMP_OFFSET = 10;

/** So that packed audio is one segment: ffmpeg 5.1 takes the time of the next one before it has read all of one. */
const SINGLE_SEGMENT = 60;

const served = serveTestdata();

/** A track of a file, and its rendition. */
interface TrackCase {
  readonly media: string;
  readonly track: BoxTrack;
  /** Among the tracks. */
  readonly index: number;
  readonly representation: Representation;
  /** URL of its playlist of streams. */
  readonly playlist: string;
}

const EXCLUDED = [IMAGES, REDUNDANT];

for (const media of MEDIA.filter((name) => !EXCLUDED.some((kind) => kind.test(name)))) {
  if (media === WITH_SEVERAL_EDITS) continue;
  Deno.test(`streams give all of ${media} at its own time`, async () => {
    await packageFile(served.root, media);
    const all = await listCases(media);
    const [cases, others] = [
      all.filter(({ representation: { codecs } }) => !UNSUPPORTED_IN_TS.test(codecs)),
      all.filter(({ representation: { codecs } }) => UNSUPPORTED_IN_TS.test(codecs)),
    ];
    for (const one of others) await checkNotFound(one);
    const pictures = cases.filter(({ track }) => track.handler === "vide");
    const sounds = cases.filter(({ track }) => track.handler === "soun");
    await Promise.all([...pictures.map(checkVideo), ...sounds.map(checkPackedAudio)]);
    if (sounds.length === 1) await checkMuxed(sounds[0]!, pictures[0]);
  });
}

async function listCases(media: string): Promise<TrackCase[]> {
  const tracks = readTracks(await Deno.readFile(getPath(media))).filter(isPlayable);
  const found = await fetchRenditions(packageName(media));
  assertEquals(found.length, tracks.length);
  return tracks.map((track, i) => ({ media, track, index: i, ...found[i]! }));
}

function getPath(name: string): string {
  return join(served.root, name);
}

/** Of a package, in the order of its tracks. */
async function fetchRenditions(name: string) {
  const url = `${served.ams.url}/${name}`;
  const representations = withoutWebvtt(await fetchMpd(`${url}/.mpd`));
  return representations.map((representation) => ({
    representation,
    playlist: `${url}/${representation.id}.ts.m3u8`,
  }));
}

/** The answer says what streams can't carry. */
async function checkNotFound({ playlist, representation: { codecs } }: TrackCase): Promise<void> {
  const response = await fetch(playlist);
  assertStringIncludes(await response.text(), codecs);
  assertEquals(response.status, 404);
}

/** Annex B changes the bytes of pictures, so what they decode to is compared: those too that come after the edit's end. */
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

/** ffmpeg reads what a client puts together without a warning. Gives back the file. */
async function checkConcatenated(playlist: string, media: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: served.root, suffix: ".ts" });
  await saveSegments(playlist, file);
  const said = (await readWarnings(file)).split("\n")
    .filter((line) => media !== TRIMMED || !line.includes("DTS discontinuity"));
  assertEquals(said.join("\n"), "", playlist);
  return file;
}

async function checkPackedAudio(sound: TrackCase): Promise<void> {
  const name = `${sound.media}.${sound.track.id}.json`;
  await packageFiles(served.root, name, { files: [sound.media], segmentDuration: SINGLE_SEGMENT });
  const { playlist } = (await fetchRenditions(name))[sound.index]!;
  const start = WITH_GAP.test(sound.media) ? 0.01 : sound.track.start;
  await checkAudio({ ...sound, track: { ...sound.track, start } }, playlist);
}

/** Beside pictures of its own, or beside others where it has none. */
async function checkMuxed(sound: TrackCase, pictures: TrackCase | undefined): Promise<void> {
  const { media } = sound;
  if (pictures) return await checkAudio(sound, await checkConcatenated(pictures.playlist, media));
  const name = `${media}.beside.json`;
  await packageFiles(served.root, name, { files: [VIDEO_FILE, media] });
  const [beside] = await fetchRenditions(name);
  await checkAudio(sound, await checkConcatenated(beside!.playlist, media));
}

/** @param input path or playlist of what holds the sound */
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
