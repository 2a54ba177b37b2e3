/** Files that are pushed to channels, packet by packet: what arrives is compared with them. */

import { join } from "@std/path";

export interface LiveSource {
  /** Seconds of media. */
  readonly seconds: number;
  /** Options of ffmpeg that encode it. */
  readonly encoders: readonly string[];
  /** Options that describe the inputs and their mapping. */
  readonly inputs: readonly string[];
}

const SIZE = "320x180";

function testVideo(rate: string): string[] {
  return ["-f", "lavfi", "-i", `testsrc2=s=${SIZE}:r=${rate}`];
}

function tone(sampleRate: number, frequency = 440): string[] {
  return ["-f", "lavfi", "-i", `sine=f=${frequency}:r=${sampleRate}`];
}

function avc(gop: number, ...parameters: string[]): string[] {
  const all = ["scenecut=0", `keyint=${gop}`, `min-keyint=${gop}`, ...parameters].join(":");
  return ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-x264-params", all];
}

const AAC = ["-c:a", "aac", "-b:a", "64k"];

const SECONDS = 16;

/** By name. GOPs of 0.5, 2 and 7 s; 25, 29.97 and 50 frames per second; 44.1 and 48 kHz. */
export const LIVE_SOURCES: Readonly<Record<string, LiveSource>> = {
  "open-gop": source([...testVideo("25"), ...tone(48000)], [
    ...avc(50, "bframes=3", "open-gop=1"),
    ...AAC,
  ]),
  "closed-gop": source([...testVideo("25"), ...tone(48000)], [...avc(50, "bframes=3"), ...AAC]),
  "short-gop": source([...testVideo("50"), ...tone(44100)], [...avc(25, "bframes=2"), ...AAC]),
  "long-gop": source([...testVideo("30000/1001"), ...tone(48000)], [
    ...avc(210, "bframes=2"),
    ...AAC,
  ]),
  hevc: source([...testVideo("25"), ...tone(44100)], [
    ...["-c:v", "libx265", "-preset", "ultrafast", "-tag:v", "hvc1", "-x265-params"],
    ...["log-level=none:keyint=50:min-keyint=50:scenecut=0:bframes=3:open-gop=1:pools=1"],
    ...AAC,
  ]),
  audio: source(tone(44100), AAC),
  ladder: source([...testVideo("25"), ...tone(48000), ...tone(48000, 660)], [
    ...["-map", "0:v", "-map", "0:v", "-map", "0:v", "-map", "1:a", "-map", "2:a"],
    ...avc(50, "bframes=2"),
    ...["-s:v:1", "240x136", "-s:v:2", "160x90"],
    ...AAC,
    ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"],
  ]),
};

function source(inputs: readonly string[], encoders: readonly string[]): LiveSource {
  return { seconds: SECONDS, inputs, encoders };
}

/** Encodes a source to an MP4 file in a directory, and returns its path. */
export async function encodeSource(name: string, directory: string): Promise<string> {
  const { seconds, inputs, encoders } = LIVE_SOURCES[name]!;
  const file = join(directory, `${name}.mp4`);
  const args = ["-nostdin", "-v", "error", ...inputs, "-t", `${seconds}`, ...encoders, file];
  const { success, stderr } = await new Deno.Command("ffmpeg", { args, stdin: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return file;
}
