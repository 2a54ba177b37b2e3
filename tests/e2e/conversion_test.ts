/** The ffmpeg commands in messages of amspackager convert files that AMS cannot read or not play whole. */

import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { parsePackage } from "../../lib/package/package.ts";
import { amspackager, TESTDATA } from "./ams.ts";

const AV = ["-i", join(TESTDATA, "pair-avc-aac.mp4")];
const VP9 = ["-i", join(TESTDATA, "test-vp9-profile0.mp4")];
const FAST_VP8 = ["-t", "1", "-c:v", "vp8", "-deadline", "realtime", "-cpu-used", "8"];
const OPUS = ["-i", join(TESTDATA, "tone-opus-stereo.mp4")];

/** A file that ffmpeg creates, the message about it, and the codecs after the conversion. */
const cases: [file: string, args: string[], message: RegExp, codecs: string[]][] = [
  ["it's a clip.mkv", [...AV, "-c", "copy"], /Matroska, .*without re-encoding/, ["avc1", "mp4a"]],
  ["a.webm", [...VP9, ...OPUS, "-c", "copy"], /WebM, .*without re-encoding/, ["vp09", "opus"]],
  ["b.webm", [...AV, ...FAST_VP8, "-c:a", "libvorbis"], /WebM, /, ["avc1", "mp4a"]],
  ["a.ts", [...AV, "-c", "copy"], /MPEG-TS, .*without re-encoding/, ["avc1", "mp4a"]],
  ["b.ts", [...AV, "-c:v", "mpeg2video", "-c:a", "mp2"], /MPEG-TS, /, ["avc1", "mp4a"]],
  ["a.flv", [...AV, "-c", "copy"], /FLV, .*without re-encoding/, ["avc1", "mp4a"]],
  ["a.avi", [...AV, "-c:v", "mpeg4", "-c:a", "mp3"], /AVI, /, ["avc1", "mp4a"]],
  ["a.h264", [...AV, "-map", "0:v", "-c", "copy"], /raw H.264, /, ["avc1"]],
  ["a.aac", [...AV, "-map", "0:a", "-c", "copy"], /raw AAC .*without re-encoding/, ["mp4a"]],
  ["a.flac", [...OPUS, "-c:a", "flac"], /FLAC, .*without re-encoding/, ["flac"]],
  ["a.wav", [...OPUS], /WAV, /, ["mp4a"]],
  ["a.mov", [...AV, "-c:v", "mjpeg", "-c:a", "pcm_s16le"], /Motion JPEG/, ["avc1", "mp4a"]],
  ["b.mov", [...AV, "-c:v", "prores", "-c:a", "copy"], /VIDEO IS LEFT OUT/, ["avc1", "mp4a"]],
];

for (const [file, args, message, codecs] of cases) {
  Deno.test(`amspackager names a command that converts ${file}: ${codecs}`, async () => {
    const directory = await Deno.makeTempDir({ prefix: "ams-e2e-" });
    try {
      await run(directory, ["ffmpeg", "-v", "error", ...args, file]);
      const output = await packageAnyway(directory, file);
      assertMatch(output, message);
      const [, command] = /`(ffmpeg .*)`/.exec(output)!;
      await run(directory, [
        "sh",
        "-c",
        `set -f; ${command!.replace("ffmpeg", "ffmpeg -v error")}`,
      ]);
      const converted = file.replace(/\.\w+$/, ".mp4");
      assertEquals(await packageAnyway(directory, converted, "out.json").then(findLeftOut), null);
      const { tracks } = parsePackage(await Deno.readTextFile(join(directory, "out.json")));
      assertEquals(tracks.map(({ codec }) => codec!.slice(0, 4).toLowerCase()), codecs);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

async function run(cwd: string, [program, ...args]: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program!, { args, cwd, stdin: "null" })
    .output();
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Returns the messages of amspackager, also where it fails. */
async function packageAnyway(directory: string, file: string, name = "in.json"): Promise<string> {
  try {
    return await amspackager(directory, "-o", name, "-i", file);
  } catch (error) {
    return (error as Error).message;
  }
}

function findLeftOut(output: string): RegExpExecArray | null {
  return /Cannot|left out/i.exec(output);
}
