/** Document root with all files of testdata/, and packages of them. */

import { join } from "@std/path";
import { MEDIA as PLAYABLE } from "../sample_presentations.ts";
import { type Ams, amspackager, startAms, TESTDATA } from "./ams.ts";

/** Files that differ from others in names, thumbnails, chapters, or tracks that are left out: unit tests suffice. */
const REDUNDANT = /-(chapterimages|chapters|coverjpeg|dts|muxername|noesds|onethumb)\./;

/** Files with faults that ffmpeg corrects in another way, or not: unit tests compare them with the files without the fault. */
const FAULTY =
  /-(audionosync|dependson|editend|emptysample|emptystss|endsearly|joined|latestart|negativestts|nostss|shortaudio)\./;

/** Media files of testdata/, sorted by name. */
export const MEDIA: readonly string[] = PLAYABLE.filter((name) =>
  !REDUNDANT.test(name) && !FAULTY.test(name)
);

/** Files that differ from others only in their MP4 structure: tests of all packets suffice. */
const SAME_CONTENT = /^frag-(avc|aac)-|-(64bit|quicktime2?|stz2(byte|nibble)?|thumbs|unknown)\./;

/** Media files with different tracks, sorted by name. */
export const DISTINCT_MEDIA: readonly string[] = MEDIA.filter((name) => !SAME_CONTENT.test(name));

/**
 * Files that Debian's Chromium does not play from fragments, so ffmpeg decodes them: HEVC, AC-3, E-AC-3, MP3, and
 * AAC with a program config element.
 */
export const DECODED_BY_FFMPEG = /-(hevc|ac3|eac3|mp3)-|-aac-pce\./;

/** Package of the player tests: three video renditions, two languages, subtitles and thumbnails. */
export const LADDER = "ladder.json";

export const LADDER_FILES = {
  videos: ["ladder-avc-240p.mp4", "ladder-avc-360p.mp4", "ladder-avc-720p.mp4"],
  english: ["ladder-aac-eng.mp4", "ladder-vtt-eng.vtt"],
  french: ["ladder-aac-fra.mp4", "ladder-vtt-fra.vtt"],
  thumbnails: "ladder-mjpeg-thumbs.mp4",
};

/** In seconds: short, so that the small files of testdata/ have several segments. */
const SEGMENT_DURATION = 2;

/** Name of the package of a media file. */
export function packageName(media: string): string {
  return `${media}.json`;
}

/** Document root, and the ams that serves it. */
export interface Served {
  readonly root: string;
  readonly ams: Ams;
}

/**
 * Serves testdata/ from before the first test of a file until after the last.
 *
 * @param prepare adds files to the root before ams starts
 * @param args flags of ams
 * @param files matches the names of the files to serve
 * @returns an object whose members are set while tests run
 */
export function serveTestdata(
  prepare = (_root: string) => Promise.resolve(),
  args: readonly string[] = [],
  files = /./,
): Served {
  const served = {} as { root: string; ams: Ams };
  const open = new AsyncDisposableStack();
  Deno.test.beforeAll(async () => {
    const root = await createRoot(files);
    open.defer(() => Deno.remove(root, { recursive: true }));
    await prepare(root);
    served.root = root;
    served.ams = open.use(await startAms(root, ...args));
  });
  Deno.test.afterAll(() => open.disposeAsync());
  return served;
}

async function createRoot(files: RegExp): Promise<string> {
  const root = await Deno.makeTempDir({ prefix: "ams-e2e-" });
  for await (const { name, isFile } of Deno.readDir(TESTDATA)) {
    if (isFile && files.test(name)) await Deno.copyFile(join(TESTDATA, name), join(root, name));
  }
  return root;
}

/** Packages one media file of the root. */
export async function packageAlone(root: string, media: string): Promise<void> {
  const name = packageName(media);
  await amspackager(root, "-o", name, "-d", String(SEGMENT_DURATION), "-i", media);
}

/** Packages all files named `ladder-*`. */
export async function packageLadder(root: string): Promise<void> {
  const { videos, english, french, thumbnails } = LADDER_FILES;
  await amspackager(
    root,
    ...["-o", LADDER, "-d", String(SEGMENT_DURATION), "-i", thumbnails],
    ...videos.flatMap((file) => ["-i", file]),
    ...english.flatMap((file) => ["-i", file, "-l", "eng"]),
    ...french.flatMap((file) => ["-i", file, "-l", "fra"]),
  );
}

/** Packages all media files of the root together. */
export async function packageAll(root: string, name: string): Promise<void> {
  const inputs = MEDIA.flatMap((file) => ["-i", file]);
  await amspackager(root, "-o", name, "-d", String(SEGMENT_DURATION), ...inputs);
}
