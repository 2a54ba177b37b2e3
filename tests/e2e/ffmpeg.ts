/** ffmpeg as a client: what it reads from a file or an MPD, packet by packet or picture by picture. */

/** One line of framemd5: a packet, or a decoded frame. */
export interface Packet {
  /** In seconds. */
  readonly pts: number;
  readonly duration: number;
  /** In bytes. */
  readonly size: number;
  readonly md5: string;
}

/** A child that takes longer hangs: an ffmpeg that waits for a server, say. In milliseconds. */
const MAX_RUN_MS = 120_000;

const COPY = ["-c", "copy", "-copyts", "-avoid_negative_ts", "disabled"];
const WITHOUT_EDITS = ["-ignore_editlist", "1"];

/** Pictures as they are coded: a transport stream can't say that they are to be turned. */
const NO_ROTATION = ["-noautorotate"];

/** ffmpeg 5.1 does not know the extension that RFC 8216bis gives to E-AC-3. */
const LENIENT = ["-extension_picky", "0"];

const MP3 = "mp4a.6B";

const DECODE = ["-copyts", "-fps_mode", "passthrough", "-enc_time_base", "-1"];

/**
 * What a program writes to its output.
 *
 * @throws Error with what it says on stderr, when it fails or says anything at all: these go on after errors in media,
 * and end with 0
 */
async function run(program: "ffmpeg" | "ffprobe", ...args: string[]) {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    stdin: "null",
    signal: AbortSignal.timeout(MAX_RUN_MS),
  }).output();
  const said = new TextDecoder().decode(stderr).trim();
  if (!success || said) throw new Error(`Cannot run ${program} ${args.join(" ")}: ${said}`);
  return stdout;
}

function ffmpeg(...args: string[]) {
  return run("ffmpeg", "-nostdin", "-v", "error", ...args);
}

/**
 * The packets of one stream, as they stand in the file or come from the server.
 *
 * @param input path or URL
 * @param stream specifier of ffmpeg's: `i:1` for track 1 of an MP4, `m:id:NAME` for an MPD's Representation
 */
export function readPackets(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5(["-i", input, "-map", `0:${stream}`, ...COPY]);
}

/** All packets of a stream of an MP4, at the times that they have without its edit list. */
export function readPacketsWithoutEdits(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5([...WITHOUT_EDITS, "-i", input, "-map", `0:${stream}`, ...COPY]);
}

/** The pictures or blocks of sound that a stream decodes to; arguments as of `packets()`. */
export function decodeFrames(input: string, stream: string): Promise<Packet[]> {
  return runFramemd5([...NO_ROTATION, "-i", input, "-map", `0:${stream}`, ...DECODE]);
}

/** All pictures that a stream of an MP4 decodes to, at the times that they have without its edit list. */
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
 * The packets of sound of MPEG-TS, as they would stand in an MP4.
 *
 * @param input path, or URL of a playlist
 * @param codec as DASH calls it
 */
export function readAudioPackets(input: string, codec: string): Promise<Packet[]> {
  const filters = codec.startsWith("mp4a.") && codec !== MP3 ? ["-bsf:a", "aac_adtstoasc"] : [];
  const lenient = input.endsWith(".m3u8") ? LENIENT : [];
  return runFramemd5([...lenient, "-i", input, "-map", "0:a:0", ...COPY, ...filters]);
}

/** What ffmpeg warns of when it reads and decodes all of a file; "" when nothing. */
export async function readWarnings(file: string): Promise<string> {
  const args = ["-nostdin", "-v", "warning", "-i", file, ...DECODE, "-f", "null", "-"];
  const { stderr } = await new Deno.Command("ffmpeg", { args, stdin: "null" }).output();
  return new TextDecoder().decode(stderr).trim();
}

/**
 * Writes a file as Smooth Streaming.
 *
 * @param folder that the manifest and the fragments go into
 * @param duration of a fragment at least, in seconds
 */
export async function writeSmooth(
  input: string,
  folder: string,
  duration: number,
): Promise<void> {
  const length = ["-min_frag_duration", String(1e6 * duration)];
  await ffmpeg("-i", input, "-map", "0", "-c", "copy", "-f", "smoothstreaming", ...length, folder);
}

/** When each picture of an MPD or a file is presented, in seconds, and how light it is: 16 to 235. */
export async function measureLightness(input: string): Promise<{ time: number; light: number }[]> {
  const filter = "signalstats,metadata=mode=print:key=lavfi.signalstats.YAVG:file=-";
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
    .map(([, time, light]) => ({ time: Number(time), light: Number(light) }));
}

/** The sound of an MPD or a file from time 0 on, in one channel; silence where none is presented. */
export async function decodeAudio(input: string, sampleRate: number): Promise<Float32Array> {
  const filter = `aresample=${sampleRate}:async=1:first_pts=0`;
  const output = ["-ac", "1", "-f", "f32le", "-"];
  return new Float32Array(
    (await ffmpeg("-copyts", "-i", input, "-map", "0:a:0", "-af", filter, ...output)).buffer,
  );
}

/** When the packets of a stream are presented, in seconds; arguments as of `packets()`. */
export async function readPresentationTimes(input: string, stream: string): Promise<number[]> {
  const args = ["-select_streams", stream, "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const text = new TextDecoder().decode(await run("ffprobe", "-v", "error", ...args, input));
  return text.trim().split("\n").map(Number);
}

async function runFramemd5(args: string[]): Promise<Packet[]> {
  const text = new TextDecoder().decode(await ffmpeg(...args, "-f", "framemd5", "-"));
  return parseFramemd5(text);
}

/** Lines are `stream, dts, pts, duration, size, md5`, and side data that we pass over. */
export function parseFramemd5(text: string): Packet[] {
  const timebase = text.match(/^#tb 0: (\d+)\/(\d+)$/m);
  if (!timebase) throw new Error("Cannot read framemd5: it names no time base");
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
