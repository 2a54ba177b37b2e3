/** Every packet that ffmpeg gets from a playlist is the one in the file, at its own time: in fMP4, and in MPEG-TS. */

import { assertEquals, assertGreater, assertStringIncludes } from "@std/assert";
import { basename, join } from "@std/path";
import { type BoxTrack, isPlayed, readTracks } from "../mp4box.ts";
import type { Representation } from "../mpd.ts";
import { packageFile, packageFiles } from "../serve.ts";
import { fetchMpd } from "./buffered.ts";
import { checkFrames, checkImages, checkTrack, OF_SEVERAL_EDITS, onTime } from "./check_track.ts";
import { type Comparison, difference } from "./compare.ts";
import {
  assertNoWarning,
  frames,
  type Packet,
  packets,
  streamPackets,
  wholeFrames,
  wholePackets,
} from "./ffmpeg.ts";
import { fetchSegments, saveSegments } from "./playlists.ts";
import { MEDIA, packageName, serveTestdata } from "./root.ts";

/** What transport streams can't carry. */
const NOT_IN_STREAMS = /^(av01|vp09|Opus|fLaC)/;

/** Its samples get the program config element that only its configuration has: they are compared when decoded. */
const GROWN = "tone-aac-pce.mp4";

/** A picture to go with what is sound alone, for streams that hold both. */
const PICTURE = "test-avc-frontmoov.mp4";

/** How far transport streams are ahead of the presentation (DESIGN.md, 5). In seconds. */
const AHEAD = 10;

/** So that packed audio is one segment: ffmpeg 5.1 takes the time of the next one before it has read all of one. */
const LONG = 60;

const served = serveTestdata();

/** A track of a file, and where its playlists are. */
interface Case {
  readonly file: string;
  readonly track: BoxTrack;
  readonly representation: Representation;
  /** Without the extension. */
  readonly playlist: string;
}

for (const media of MEDIA.filter((name) => name !== OF_SEVERAL_EDITS)) {
  Deno.test(`playlists give every packet of ${media} at its own time`, async (t) => {
    await packageFile(served.root, media);
    const cases = await casesOf(media);
    for (const one of cases) {
      const { init, codecs } = one.representation;
      if (!init) await t.step("images", () => checkImagePlaylist(one));
      else await t.step(`${codecs} in fMP4`, () => checkFragments(one));
      if (NOT_IN_STREAMS.test(codecs)) await t.step(`no ${codecs} in MPEG-TS`, () => refused(one));
      else if (one.track.handler === "vide" && init) {
        await t.step(`${codecs} in MPEG-TS`, () => checkPictures(one));
      } else if (init) {
        await t.step(`${codecs} as packed audio`, () => checkPackedAudio(media, one));
      }
    }
    const sounds = cases.filter(({ track }) => track.handler === "soun");
    if (sounds.length === 1 && !NOT_IN_STREAMS.test(sounds[0]!.representation.codecs)) {
      await t.step("sound beside pictures in MPEG-TS", () => checkMuxed(media, cases));
    }
  });
}

async function casesOf(media: string): Promise<Case[]> {
  const file = join(served.root, media);
  const tracks = readTracks(await Deno.readFile(file)).filter(isPlayed);
  const found = await renditionsOf(packageName(media));
  assertEquals(found.length, tracks.length);
  return tracks.map((track, i) => ({ file, track, ...found[i]! }));
}

/** Of a package, in the order of its tracks. */
async function renditionsOf(name: string) {
  const url = `${served.ams.url}/${name}`;
  const representations = await fetchMpd(`${url}/.mpd`);
  return representations.map((representation) => ({
    representation,
    playlist: `${url}/${representation.id}`,
  }));
}

function checkFragments({ file, track, representation, playlist }: Case): Promise<void> {
  const stream = track.handler === "vide" ? "v:0" : "a:0";
  return checkTrack(file, track, [{ url: `${playlist}.m3u8`, stream, representation }]);
}

async function checkImagePlaylist({ file, track, playlist }: Case): Promise<void> {
  const source = await packets(file, `i:${track.id}`);
  await checkImages(source, await fetchSegments(`${playlist}.m3u8`), 1);
}

/** The answer says what the form can't carry. */
async function refused({ playlist, representation: { codecs } }: Case): Promise<void> {
  const response = await fetch(`${playlist}.ts.m3u8`);
  assertStringIncludes(await response.text(), codecs);
  assertEquals(response.status, 404);
}

/** Annex B changes the bytes of pictures, so what they decode to is compared. */
async function checkPictures({ file, track, playlist }: Case): Promise<void> {
  const url = `${playlist}.ts.m3u8`;
  const stream = `i:${track.id}`;
  await assertSame(track, {
    source: onTime(file, track, await frames(file, stream)),
    whole: () => wholeFrames(file, stream),
    client: await frames(url, "v:0"),
  });
  await checkJoined(url);
}

/** ffmpeg reads what a client puts together without a warning. */
async function checkJoined(playlistUrl: string): Promise<void> {
  const file = await Deno.makeTempFile({ dir: served.root, suffix: ".ts" });
  await saveSegments(playlistUrl, file);
  await assertNoWarning(file);
}

async function checkPackedAudio(media: string, { file, track }: Case): Promise<void> {
  const name = `${media}.long.json`;
  await packageFiles(served.root, name, { files: [media], segmentDuration: LONG });
  const found = await renditionsOf(name);
  const tracks = readTracks(await Deno.readFile(file)).filter(isPlayed);
  const i = tracks.findIndex(({ id }) => id === track.id);
  await checkSound(file, track, found[i]!);
}

/** Beside the file's own pictures, or beside others where it has none. */
async function checkMuxed(media: string, cases: readonly Case[]): Promise<void> {
  const { file, track, representation } = cases.find(({ track }) => track.handler === "soun")!;
  const pictures = cases.find(({ track }) => track.handler === "vide");
  if (pictures) return await checkSound(file, track, { ...pictures, representation });
  const name = `${media}.pictured.json`;
  await packageFiles(served.root, name, { files: [PICTURE, media] });
  const [others] = await renditionsOf(name);
  await checkSound(file, track, { ...others!, representation });
  await checkJoined(`${others!.playlist}.ts.m3u8`);
}

/** @param streams that hold the sound of `track` */
async function checkSound(
  file: string,
  track: BoxTrack,
  { playlist, representation }: Pick<Case, "playlist" | "representation">,
): Promise<void> {
  const url = `${playlist}.ts.m3u8`;
  const stream = `i:${track.id}`;
  if (basename(file) === GROWN) {
    return checkFrames(await frames(file, stream), earlier(await frames(url, "a:0")));
  }
  await assertSame(track, {
    source: await packets(file, stream),
    whole: () => wholePackets(file, stream),
    client: await streamPackets(url, representation.codecs),
  });
}

/** Times of `client` are those of transport streams. */
async function assertSame(
  { start, end }: BoxTrack,
  { source, whole, client }: Pick<Comparison, "source" | "whole" | "client">,
): Promise<void> {
  assertGreater(source.length, 1);
  assertEquals(await difference({ source, whole, start, end, client: earlier(client) }), "");
}

function earlier(streamed: readonly Packet[]): Packet[] {
  return streamed.map((packet) => ({ ...packet, pts: packet.pts - AHEAD }));
}
