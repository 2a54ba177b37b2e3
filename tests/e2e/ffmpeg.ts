/** Reads packets and decodes frames of files and manifests with ffmpeg. */

/** Line of framemd5: a packet, or a decoded frame. */
export interface Packet {
  /** In seconds. */
  readonly pts: number;
  readonly duration: number;
  /** In bytes. */
  readonly size: number;
  readonly md5: string;
}

/** Timeout for a process that hangs, for example while it waits for a server. */
const MAX_RUN_MS = 120_000;

const COPY = ["-c", "copy", "-copyts", "-avoid_negative_ts", "disabled"];
const WITHOUT_EDITS = ["-ignore_editlist", "1"];

/** Disables rotation, which MPEG-TS cannot declare. */
const NO_ROTATION = ["-noautorotate"];

/** ffmpeg 5.1 rejects the file name extension that RFC 8216bis defines for E-AC-3. */
const LENIENT = ["-extension_picky", "0"];

const MP3 = "mp4a.6B";

const DECODE = ["-copyts", "-fps_mode", "passthrough", "-enc_time_base", "-1"];

/**
 * Runs a program and returns its standard output.
 *
 * @throws Error with its standard error when it fails or reports anything, since these programs ignore errors in media
 */
async function run(program: "ffmpeg" | "ffprobe", ...args: string[]) {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(MAX_RUN_MS),
  }).output();
  const message = new TextDecoder().decode(stderr).trim();
  if (!success || message) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${message}`);
  return stdout;
}

export function ffmpeg(...args: string[]) {
  return run("ffmpeg", "-nostdin", "-v", "error", ...args);
}

/**
 * Reads the packets of a stream unchanged.
 *
 * @param input path or URL
 * @param stream stream specifier: `i:1` for track 1 of an MP4 file, `m:id:NAME` for a Representation of an MPD
 */
export function readPackets(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5(["-i", input, "-map", `0:${stream}`, ...COPY]);
}

/** Reads all packets of a stream of an MP4 file, without its edit list. */
export function readPacketsWithoutEdits(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5([...WITHOUT_EDITS, "-i", input, "-map", `0:${stream}`, ...COPY]);
}

/** Decodes the video or audio frames of a stream; see `readPackets()`. */
export function decodeFrames(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5([...NO_ROTATION, "-i", input, "-map", `0:${stream}`, ...DECODE]);
}

/** Decodes all video frames of a stream of an MP4 file, without its edit list. */
export function decodeFramesWithoutEdits(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5([
    ...WITHOUT_EDITS,
    ...NO_ROTATION,
    "-i",
    input,
    "-map",
    `0:${stream}`,
    ...DECODE,
  ]);
}

/**
 * Reads audio packets of MPEG-TS, converted to the format in MP4.
 *
 * @param input path, or URL of a playlist
 * @param codec codecs value of DASH
 */
export function readAudioPackets(input: string, codec: string): Promise<Packet[]> {
  const filters = codec.startsWith("mp4a.") && codec !== MP3 ? ["-bsf:a", "aac_adtstoasc"] : [];
  const lenient = input.endsWith(".m3u8") ? LENIENT : [];
  return runFramemd5([...lenient, "-i", input, "-map", "0:a:0", ...COPY, ...filters]);
}

/** Decodes a whole file, and returns the warnings of ffmpeg; "" without any. */
export async function readWarnings(file: string): Promise<string> {
  const args = ["-nostdin", "-v", "warning", "-i", file, ...DECODE, "-f", "null", "-"];
  const { stderr } = await new Deno.Command("ffmpeg", { args, stdin: "null" }).output();
  return new TextDecoder().decode(stderr).trim();
}

/** Copies AV1 and declares it as BT.2020 with PQ, without encoding it again. */
export async function declarePq(input: string, output: string): Promise<void> {
  const pq = "color_primaries=9:transfer_characteristics=16:matrix_coefficients=9";
  await ffmpeg("-i", input, "-c", "copy", "-bsf:v", `av1_metadata=${pq}`, output);
}

/** Encodes noise, in H.264 of several MB per second and slices of each frame, with AAC. */
export async function writeLargeVideo(output: string): Promise<void> {
  const video = "testsrc2=size=640x360:rate=25:duration=4,noise=alls=80:allf=t";
  const audio = "sine=frequency=440:duration=4";
  const encoders = ["-c:v", "libx264", "-preset", "ultrafast", "-qp", "16", "-pix_fmt", "yuv420p"];
  const gops = ["-g", "50", "-keyint_min", "50", "-sc_threshold", "0", "-x264-params", "slices=4"];
  const inputs = ["-f", "lavfi", "-i", video, "-f", "lavfi", "-i", audio];
  await ffmpeg(...inputs, ...encoders, ...gops, "-c:a", "aac", output);
}

/**
 * Converts a file to Smooth Streaming.
 *
 * @param directory output directory for manifest and fragments
 * @param duration minimum duration of a fragment, in seconds
 */
export async function writeSmooth(
  input: string,
  directory: string,
  duration: number,
): Promise<void> {
  const length = ["-min_frag_duration", String(1e6 * duration)];
  await ffmpeg(
    "-i",
    input,
    "-map",
    "0",
    "-c",
    "copy",
    "-f",
    "smoothstreaming",
    ...length,
    directory,
  );
}

/** Presentation time in seconds and luma (16 to 235) of each video frame of an MPD or a file. */
export async function measureLightness(input: string): Promise<{ time: number; light: number }[]> {
  const filter = "signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-,setpts=N"; // for the muxer: see below
  const args = [
    "-copyts",
    "-i",
    input,
    "-map",
    "0:v:0",
    "-vf",
    filter,
    ...DECODE,
    "-f",
    "null",
    "-",
  ];
  const text = new TextDecoder().decode(await ffmpeg(...args));
  return [...text.matchAll(/pts_time:(\S+)\s+lavfi\.signalstats\.YAVG=(\S+)/g)]
    .map(([, time, light]) => ({ time: Number(time), light: Number(light) }))
    .sort((a, b) => a.time - b.time); // players sort frames: one may be hidden in front of the last one
}

/** Decodes the audio of an MPD or a file from time 0, in one channel, with silence in gaps. */
export async function decodeAudio(input: string, sampleRate: number): Promise<Float32Array> {
  const filter = `aresample=${sampleRate}:async=1:first_pts=0`;
  const output = ["-ac", "1", "-f", "f32le", "-"];
  return new Float32Array(
    (await ffmpeg("-copyts", "-i", input, "-map", "0:a:0", "-af", filter, ...output)).buffer,
  );
}

/** Presentation times of the packets of a stream, in seconds; see `readPackets()`. */
export async function readPresentationTimes(input: string, stream: string): Promise<number[]> {
  const args = ["-select_streams", stream, "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const text = new TextDecoder().decode(await run("ffprobe", "-v", "error", ...args, input));
  return text.trim().split("\n").map(Number);
}

async function runFramemd5(args: string[]): Promise<Packet[]> {
  const text = new TextDecoder().decode(await ffmpeg(...args, "-f", "framemd5", "-"));
  return parseFramemd5(text);
}

/** Parses lines of `stream, dts, pts, duration, size, md5`; ignores side data. */
export function parseFramemd5(text: string): Packet[] {
  const timebase = text.match(/^#tb 0: (\d+)\/(\d+)$/m);
  if (!timebase) throw new Error("Cannot read framemd5: no time base found");
  const tick = Number(timebase[1]) / Number(timebase[2]);
  const lines = text.split("\n").filter((line) => line && !line.startsWith("#"));
  return lines.map((line) => {
    const [, , pts, duration, size, md5] = line.split(",").map((field) => field.trim());
    return {
      pts: Number(pts) * tick,
      duration: Number(duration) * tick,
      size: Number(size),
      md5: md5!,
    };
  });
}

/** Converts a subtitle file to WebVTT. */
export async function convertToWebvtt(path: string): Promise<Uint8Array> {
  return await ffmpeg("-i", path, "-f", "webvtt", "-");
}
