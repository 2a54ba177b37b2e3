/** Clips whose frames show their numbers as bars of 32 pixels, black or white, from the lowest bit on. */

export const FRAME_RATE = 25;

/** In seconds. */
export const KEY_FRAME_INTERVAL = 1;

export const DURATION = 20;

const BAR_WIDTH = 32;

function drawBars(bits: number, seconds: number): string {
  return `color=black:size=${bits * BAR_WIDTH}x64:rate=${FRAME_RATE}:duration=${seconds},` +
    `geq=lum='255*mod(floor(N/pow(2,floor(X/${BAR_WIDTH}))),2)':cb=128:cr=128`;
}

const tone = (
  hertz: number,
  seconds: number,
) => ["-f", "lavfi", "-i", `sine=${hertz}:d=${seconds}`];

/** AVC with B-frames. */
function encodeVideo(keyFrameInterval: number): string[] {
  const group = ["-bf", "2", "-g", String(keyFrameInterval * FRAME_RATE), "-sc_threshold", "0"];
  return ["-c:v", "libx264", "-pix_fmt", "yuv420p", ...group];
}

/**
 * Makes a clip of up to 1024 frames with two languages of audio: shaka-player 5.2 cannot play key frames without audio where
 * segments of MPEG-TS have video and audio.
 *
 * @throws Error when ffmpeg fails
 */
export function makeNumberedClip(file: string): Promise<void> {
  return encode(
    ["-f", "lavfi", "-i", drawBars(10, DURATION), ...tone(440, DURATION), ...tone(660, DURATION)],
    ["-map", "0", "-map", "1", "-map", "2", ...encodeVideo(KEY_FRAME_INTERVAL)],
    ["-c:a", "aac", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"],
    ["-movie_timescale", "48000", file],
  );
}

/**
 * Makes a clip of up to 4096 frames with one track of audio.
 *
 * @param keyFrameInterval in seconds
 * @throws Error when ffmpeg fails
 */
export function makeNumberedFile(
  file: string,
  { seconds, keyFrameInterval }: { readonly seconds: number; readonly keyFrameInterval: number },
): Promise<void> {
  return encode(
    ["-f", "lavfi", "-i", drawBars(12, seconds), ...tone(440, seconds), "-map", "0", "-map", "1"],
    [...encodeVideo(keyFrameInterval), "-preset", "veryfast", "-c:a", "aac", "-ar", "48000"],
    ["-y", file],
  );
}

async function encode(...args: string[][]): Promise<void> {
  const { success, stderr } = await new Deno.Command("ffmpeg", {
    args: ["-nostdin", "-v", "error", ...args.flat()],
    stdin: "null",
  }).output();
  if (!success) throw new Error(`Cannot run ffmpeg: ${new TextDecoder().decode(stderr)}`);
}
