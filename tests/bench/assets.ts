/** Creates long assets in seconds: a clip is encoded once and repeated unchanged. Later runs reuse the files. */

import { existsSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "@std/path";
import { getCommandLine } from "../e2e/ams.ts";
import type { Bench } from "./section.ts";

/** Contents of a media file. Bitrates in kbit/s. */
interface Media {
  readonly seconds: number;
  readonly video?: { readonly height: number; readonly bitrate: number };
  readonly audio?: number;
  readonly language?: string;
}

interface Asset {
  /** In seconds. */
  readonly segmentDuration: number;
  readonly media: readonly Media[];
}

/** Duration of the clip: a whole number of GOPs and of AAC frames. */
const CLIP_SECONDS = 64;
const GOP_SECONDS = 2;
const FRAME_RATE = 25;

const HOUR = 3600;
export const LONG_HOURS = 10;
export const LADDER_HOURS = 2;

const VIDEO_3_MBIT = { seconds: 600, video: { height: 720, bitrate: 3000 } };
const LADDER: readonly [height: number, bitrate: number][] = [
  [144, 150],
  [240, 250],
  [360, 400],
  [480, 500],
  [720, 700],
];

/**
 * `film` has video segments of 3 MB and audio at two bitrates. `wide` has the same video in segments of 12 MB. `long` is one
 * file of audio and video. `ladder` has one file per rendition. Video has B-frames.
 */
const ASSETS = {
  film: {
    segmentDuration: 8,
    media: [
      VIDEO_3_MBIT,
      { seconds: VIDEO_3_MBIT.seconds, audio: 131, language: "eng" },
      { seconds: VIDEO_3_MBIT.seconds, audio: 64, language: "fra" },
    ],
  },
  wide: { segmentDuration: 32, media: [VIDEO_3_MBIT] },
  long: {
    segmentDuration: 8,
    media: [{ seconds: LONG_HOURS * HOUR, video: { height: 360, bitrate: 400 }, audio: 64 }],
  },
  ladder: {
    segmentDuration: 8,
    media: [
      ...LADDER.map(([height, bitrate]) => ({
        seconds: LADDER_HOURS * HOUR,
        video: { height, bitrate },
      })),
      { seconds: LADDER_HOURS * HOUR, audio: 64, language: "eng" },
    ],
  },
} satisfies Record<string, Asset>;

export type AssetName = keyof typeof ASSETS;

/** Media files are retained here for the next run. */
const CACHE_DIRECTORY = join(tmpdir(), "ams-bench-assets");

/** Names of the media files of an asset, in the document root. */
export function listFiles(asset: AssetName): string[] {
  return ASSETS[asset].media.map(buildFileName);
}

/** Command that packages an asset when run in the document root. */
export function buildPackageCommand(
  asset: AssetName,
  { output = `${asset}.json`, clone }: { output?: string; clone?: string | undefined } = {},
): string[] {
  const { segmentDuration, media } = ASSETS[asset] as Asset;
  const inputs = media.flatMap((file) => [
    ...["-i", buildFileName(file)],
    ...(file.language ? ["-l", file.language] : []),
  ]);
  const amspackager = getCommandLine("amspackager", clone);
  return [...amspackager, "-o", output, "-d", String(segmentDuration), ...inputs];
}

/**
 * Creates missing media files, and packages the assets in the document root.
 *
 * @throws Error when there is too little free space
 */
export async function prepareAssets(bench: Bench, assets: readonly AssetName[]): Promise<void> {
  await Deno.mkdir(CACHE_DIRECTORY, { recursive: true });
  const media = assets.flatMap((asset): Media[] => [...ASSETS[asset].media]);
  const byName = new Map(media.map((one) => [buildFileName(one), one]));
  const absent = [...byName].filter(([name]) => !existsSync(join(CACHE_DIRECTORY, name)));
  checkFreeSpace(absent.map(([, one]) => one));
  for (const [name, one] of absent) await createFile(bench, one, join(CACHE_DIRECTORY, name));
  for (const name of byName.keys()) {
    if (!existsSync(join(bench.root, name))) {
      await Deno.link(join(CACHE_DIRECTORY, name), join(bench.root, name));
    }
  }
  for (const asset of assets) {
    if (!existsSync(join(bench.root, `${asset}.json`))) {
      await bench.workspace.run(buildPackageCommand(asset, { clone: bench.clone }), bench.root);
    }
  }
}

function buildFileName({ seconds, video, audio }: Media): string {
  const parts = [
    ...(video ? [`avc-${video.height}p-${video.bitrate}k`] : []),
    ...(audio ? [`aac-${audio}k`] : []),
  ];
  return `${parts.join("-")}-${seconds}s.mp4`;
}

function checkFreeSpace(media: readonly Media[]): void {
  const total = media.reduce((sum, one) => sum + estimateSize(one), 0);
  const { bavail, bsize } = statfsSync(CACHE_DIRECTORY);
  if (total * 1.2 < bavail * bsize) return;
  const [needed, free] = [total * 1.2, bavail * bsize].map((it) => `${(it / 1e9).toFixed(1)} GB`);
  throw new Error(
    `Cannot create assets in ${CACHE_DIRECTORY}: ${free} are free, expected ${needed}`,
  );
}

/** In bytes. */
function estimateSize({ seconds, video, audio }: Media): number {
  return seconds * ((video?.bitrate ?? 0) + (audio ?? 0)) * 1000 / 8;
}

async function createFile(bench: Bench, media: Media, path: string): Promise<void> {
  bench.progress(`creating ${path}`);
  const ffmpeg = [bench.tools.get("ffmpeg")!, "-v", "error", "-y"];
  const clip = bench.workspace.path("clip.mp4");
  await bench.workspace.run([...ffmpeg, ...buildClipArguments(media), clip]);
  const part = bench.workspace.path("part.mp4");
  const repeat = ["-stream_loop", "-1", "-i", clip, "-t", String(media.seconds), "-c", "copy"];
  await bench.workspace.run([...ffmpeg, ...repeat, part]);
  await Deno.rename(part, path);
  await Deno.remove(clip);
}

/** Arguments of ffmpeg for a test pattern and pink noise. Noise in the video makes it reach its target bitrate. */
function buildClipArguments({ video, audio }: Media): string[] {
  const inputs: string[] = [];
  const codecs: string[] = [];
  if (video) {
    const size = `${2 * Math.round(video.height * 8 / 9)}x${video.height}`;
    const source = `testsrc2=s=${size}:r=${FRAME_RATE}:d=${CLIP_SECONDS},noise=alls=20:allf=t`;
    const rate = `${video.bitrate}k`;
    inputs.push("-f", "lavfi", "-i", source);
    codecs.push("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p");
    codecs.push("-b:v", rate, "-maxrate", rate, "-bufsize", rate);
    codecs.push("-g", String(GOP_SECONDS * FRAME_RATE), "-sc_threshold", "0", "-flags", "+cgop");
  }
  if (audio) {
    const source = `anoisesrc=d=${CLIP_SECONDS}:c=pink:r=48000,aformat=channel_layouts=stereo`;
    inputs.push("-f", "lavfi", "-i", source);
    codecs.push("-c:a", "aac", "-b:a", `${audio}k`);
  }
  return [...inputs, ...codecs];
}
