/** ffmpeg gets from MPEG-TS and packed audio what is in the file, 10 s later: sound packet by packet, pictures decoded. */

import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { type BoxTrack, isPlayed, readTracks } from "../mp4box.ts";
import { ofSamples, type Representation } from "../mpd.ts";
import { packageFile, packageFiles } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkFrames, OF_SEVERAL_EDITS, onTime } from "./check_track.ts";
import { difference } from "./compare.ts";
import {
  frames,
  type Packet,
  packets,
  streamPackets,
  warnings,
  wholeFrames,
  wholePackets,
} from "./ffmpeg.ts";
import { saveSegments } from "./playlists.ts";
import { IMAGES, MEDIA, packageName, serveTestdata } from "./root.ts";

/** What transport streams can't carry. */
const NOT_IN_STREAMS = /^(av01|vp09|Opus|fLaC)/;

/** Its samples get the program config element that only its configuration has: they are compared when decoded. */
const GROWN = "tone-aac-pce.mp4";

/** Its pictures before the edit are squeezed into half a millisecond: ffmpeg wonders why the next one comes so late. */
const SQUEEZED = "flash-avc-trimmed.mp4";

/** Their first frame lasts until the second, 0.08 s: packed audio can't say so, and lets it start right before that one. */
const GAPPED = /^frag-avcaac-(absolute|hybrid|nooffset|separate)\./;

/** These differ from others in how they are put together, which makes no difference to streams. */
const ALIKE = /^frag-(avc|aac)-|-(64bit|quicktime2?|stz2(byte|nibble)?|unknown)\./;

/** A picture to go with what is sound alone, for streams that hold both. */
const PICTURE = "test-avc-frontmoov.mp4";

/** How far transport streams are ahead of the presentation (DESIGN.md, 5). In seconds. */
const AHEAD = 10;

/** So that packed audio is one segment: ffmpeg 5.1 takes the time of the next one before it has read all of one. */
const LONG = 60;

const served = serveTestdata();

/** A track of a file, and its rendition. */
interface Case {
  readonly media: string;
  readonly track: BoxTrack;
  /** Among the tracks. */
  readonly place: number;
  readonly representation: Representation;
  /** URL of its playlist of streams. */
  readonly playlist: string;
}

const LEFT_OUT = [IMAGES, ALIKE];

for (const media of MEDIA.filter((name) => !LEFT_OUT.some((kind) => kind.test(name)))) {
  if (media === OF_SEVERAL_EDITS) continue;
  Deno.test(`streams give all of ${media} at its own time`, async () => {
    await packageFile(served.root, media);
    const all = await casesOf(media);
    const [cases, others] = [
      all.filter(({ representation: { codecs } }) => !NOT_IN_STREAMS.test(codecs)),
      all.filter(({ representation: { codecs } }) => NOT_IN_STREAMS.test(codecs)),
    ];
    for (const one of others) await checkRefused(one);
    const pictures = cases.filter(({ track }) => track.handler === "vide");
    const sounds = cases.filter(({ track }) => track.handler === "soun");
    await Promise.all([...pictures.map(checkPictures), ...sounds.map(checkPackedAudio)]);
    if (sounds.length === 1) await checkMuxed(sounds[0]!, pictures[0]);
  });
}

async function casesOf(media: string): Promise<Case[]> {
  const tracks = readTracks(await Deno.readFile(pathOf(media))).filter(isPlayed);
  const found = await renditionsOf(packageName(media));
  assertEquals(found.length, tracks.length);
  return tracks.map((track, i) => ({ media, track, place: i, ...found[i]! }));
}

function pathOf(name: string): string {
  return join(served.root, name);
}

/** Of a package, in the order of its tracks. */
async function renditionsOf(name: string) {
  const url = `${served.ams.url}/${name}`;
  const representations = ofSamples(await fetchMpd(`${url}/.mpd`));
  return representations.map((representation) => ({
    representation,
    playlist: `${url}/${representation.id}.ts.m3u8`,
  }));
}

/** The answer says what streams can't carry. */
async function checkRefused({ playlist, representation: { codecs } }: Case): Promise<void> {
  const response = await fetch(playlist);
  assertStringIncludes(await response.text(), codecs);
  assertEquals(response.status, 404);
}

/** Annex B changes the bytes of pictures, so what they decode to is compared: those too that come after the edit's end. */
async function checkPictures({ media, track, playlist }: Case): Promise<void> {
  const [file, stream] = [pathOf(media), `i:${track.id}`];
  const { start, end } = track;
  const source = onTime(file, track, await frames(file, stream));
  assertGreater(source.length, 1);
  const client = earlier(await frames(playlist, "v:0")).filter(({ pts }) => pts < end);
  const whole = () => wholeFrames(file, stream);
  assertEquals(await difference({ source, whole, start, end, client }), "", playlist);
  await checkJoined(playlist, media);
}

/** ffmpeg reads what a client puts together without a warning. Gives back the file. */
async function checkJoined(playlist: string, media: string): Promise<string> {
  const file = await Deno.makeTempFile({ dir: served.root, suffix: ".ts" });
  await saveSegments(playlist, file);
  const said = (await warnings(file)).split("\n")
    .filter((line) => media !== SQUEEZED || !line.includes("DTS discontinuity"));
  assertEquals(said.join("\n"), "", playlist);
  return file;
}

async function checkPackedAudio(sound: Case): Promise<void> {
  const name = `${sound.media}.${sound.track.id}.json`;
  await packageFiles(served.root, name, { files: [sound.media], segmentDuration: LONG });
  const { playlist } = (await renditionsOf(name))[sound.place]!;
  const start = GAPPED.test(sound.media) ? 0.01 : sound.track.start;
  await checkSound({ ...sound, track: { ...sound.track, start } }, playlist);
}

/** Beside pictures of its own, or beside others where it has none. */
async function checkMuxed(sound: Case, pictures: Case | undefined): Promise<void> {
  const { media } = sound;
  if (pictures) return await checkSound(sound, await checkJoined(pictures.playlist, media));
  const name = `${media}.beside.json`;
  await packageFiles(served.root, name, { files: [PICTURE, media] });
  const [beside] = await renditionsOf(name);
  await checkSound(sound, await checkJoined(beside!.playlist, media));
}

/** @param input path or playlist of what holds the sound */
async function checkSound({ media, track, representation }: Case, input: string): Promise<void> {
  const [file, stream] = [pathOf(media), `i:${track.id}`];
  if (media === GROWN) {
    return checkFrames(await frames(file, stream), earlier(await frames(input, "a:0")));
  }
  const { start, end } = track;
  const source = await packets(file, stream);
  assertGreater(source.length, 1);
  const client = earlier(await streamPackets(input, representation.codecs));
  const whole = () => wholePackets(file, stream);
  assertEquals(await difference({ source, whole, start, end, client }), "", input);
}

function earlier(streamed: readonly Packet[]): Packet[] {
  return streamed.map((packet) => ({ ...packet, pts: packet.pts - AHEAD }));
}
