/** Clients receive what ffmpeg decodes of files with several edits, over DASH, HLS, MPEG-TS and Smooth Streaming. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { concat } from "../mp4/movie_file.ts";
import { type BoxTrack, readTracks, selectPlayable } from "../mp4box.ts";
import { type Representation, withoutSubtitles } from "../mpd.ts";
import { readManifest, TICKS, withDecodeTime } from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";
import { buildSmoothInit } from "../smooth_init.ts";
import { fetchMpd } from "./buffered.ts";
import { readClientPackets, WITH_SEVERAL_EDITS } from "./check_track.ts";
import { isSameTime } from "./compare.ts";
import { applyEdits, checkEditedAudio, checkEditedVideo, readTrackEdits } from "./edited_frames.ts";
import {
  decodeFrames,
  decodeFramesWithoutEdits,
  type Packet,
  readAudioPackets,
  readPacketsWithoutEdits,
  readWarnings,
} from "./ffmpeg.ts";
import { decodeFlashesAndBeeps, isTogether } from "./flash_and_beep.ts";
import { saveSegments } from "./playlists.ts";
import { MEDIA, packageAlone, packageName, serveTestdata } from "./root.ts";
import { FLASHES, TWENTY_EDITS, writeTwentyEdits } from "./twenty_edits.ts";

/** Offset of MPEG-TS timestamps from presentation times, in seconds (docs/design/timing.md). */
const TIMESTAMP_OFFSET = 10;

const FILES = [...MEDIA.filter((name) => WITH_SEVERAL_EDITS.test(name)), TWENTY_EDITS];

const served = serveTestdata(async (root) => {
  await writeTwentyEdits(root);
  for (const file of FILES) await packageAlone(root, file);
});

const url = (media: string, name: string) => `${served.ams.url}/${packageName(media)}/${name}`;

/** A track of a file, and how clients read it. */
interface EditedCase {
  readonly media: string;
  readonly file: string;
  readonly track: BoxTrack;
  readonly representation: Representation;
}

async function listCases(media: string): Promise<EditedCase[]> {
  const file = join(served.root, media);
  const tracks = selectPlayable(media, readTracks(await Deno.readFile(file)));
  const representations = withoutSubtitles(await fetchMpd(url(media, ".mpd")));
  assertEquals(representations.length, tracks.length);
  return tracks.map((track, i) => ({
    ...{ media, file, track },
    representation: representations[i]!,
  }));
}

/** @param readClient reads packets of audio, and decodes video, at presentation times */
async function check(
  { file, track }: EditedCase,
  readClient: () => Promise<Packet[]>,
): Promise<void> {
  const edits = readTrackEdits(await Deno.readFile(file), track.id);
  assertGreater(edits.length, 1);
  const stream = `i:${track.id}`;
  const client = await readClient();
  if (track.handler === "vide") {
    const frames = applyEdits(await decodeFramesWithoutEdits(file, stream), edits);
    return checkEditedVideo(frames, client, edits);
  }
  checkEditedAudio(await readPacketsWithoutEdits(file, stream), client, edits);
}

for (const media of FILES) {
  Deno.test(`MPDs and fMP4 playlists present the edits of ${media}`, async (t) => {
    for (const one of await listCases(media)) {
      const { track: { handler }, representation } = one;
      const isVideo = handler === "vide";
      const clients = [
        { url: url(media, ".mpd"), stream: `m:id:${representation.id}` },
        { url: url(media, `${representation.id}.m3u8`), stream: isVideo ? "v:0" : "a:0" },
      ];
      for (const client of clients) {
        await t.step(
          `${handler} of ${client.url.slice(served.ams.url.length)}`,
          () =>
            check(
              one,
              () =>
                isVideo
                  ? decodeFrames(client.url, client.stream)
                  : readClientPackets({ ...client, representation }),
            ),
        );
      }
    }
  });

  Deno.test(`MPEG-TS presents the edits of ${media}`, async () => {
    const cases = await listCases(media);
    const video = cases.find(({ track }) => track.handler === "vide")!;
    const playlist = url(media, `${video.representation.id}.ts.m3u8`);
    const muxed = await Deno.makeTempFile({ dir: served.root, suffix: ".ts" });
    await saveSegments(playlist, muxed);
    const warnings = (await readWarnings(muxed)).split("\n")
      .filter((line) => !line.includes("DTS discontinuity")) // after the frames that an edit hides at the start
      .filter((line) => !line.includes("non monotonically increasing dts to muxer")); // decoded: one is hidden before the last
    assertEquals(warnings.join("\n"), "");
    for (const one of cases) {
      const { track: { handler }, representation: { codecs } } = one;
      await check(
        one,
        async () =>
          (handler === "vide"
            ? await decodeFrames(muxed, "v:0")
            : await readAudioPackets(muxed, codecs))
            .map((packet) => ({ ...packet, pts: packet.pts - TIMESTAMP_OFFSET })),
      );
    }
  });

  Deno.test(`Smooth Streaming presents the edits of ${media}`, async () => {
    const manifest = url(media, "Manifest");
    const { streams } = readManifest(await (await fetch(manifest)).text(), manifest);
    for (const one of (await listCases(media)).filter(({ track }) => track.handler === "vide")) {
      const [level] = streams.find(({ type }) => type === "video")!.levels;
      const fragments = await Promise.all(
        level!.fragments.map(async ({ url, time }) =>
          withDecodeTime(await (await fetch(url)).bytes(), time)
        ),
      );
      const copy = `${one.file}.smooth.mp4`;
      await Deno.writeFile(copy, concat(buildSmoothInit(level!), ...fragments));
      const delay = findDelay(fragments);
      await check(
        one,
        async () =>
          (await decodeFrames(copy, "0")).map((packet) => ({ ...packet, pts: packet.pts - delay })),
      );
    }
  });
}

/** ffmpeg adds the largest negative composition offset to all times. */
function findDelay(fragments: readonly Uint8Array[]): number {
  const offsets = fragments.flatMap((bytes) => readFragment(bytes).samples)
    .map(([, , , offset]) => offset);
  return offsets.reduce((maximum, offset) => Math.max(maximum, -offset), 0) / TICKS;
}

for (
  const [manifest, offset] of [[".mpd", 0], ["master.m3u8", 0], [
    "ts.m3u8",
    TIMESTAMP_OFFSET,
  ]] as const
) {
  Deno.test(`ffmpeg decodes flash and beep together after 20 edits of ${manifest}`, async () => {
    const { flashes, beeps } = await decodeFlashesAndBeeps(url(TWENTY_EDITS, manifest), offset);
    const last = (times: readonly number[]) => times.slice(-FLASHES.length);
    for (const [i, time] of FLASHES.entries()) {
      const [flash, beep] = [last(flashes)[i]!, last(beeps)[i]!];
      assert(isSameTime(flash, time), `the flash is at ${flash} s, not ${time}`);
      assert(isTogether(beep, time), `the beep is at ${beep} s, the flash at ${time} s`);
    }
  });
}
