/** A clip whose frames show their numbers as ten bars, black or white, from the lowest bit on. */

export const FRAME_RATE = 25;

/** In seconds. */
export const KEY_FRAME_INTERVAL = 1;

export const DURATION = 20;

const BARS = `color=black:size=320x64:rate=${FRAME_RATE}:duration=${DURATION},` +
  "geq=lum='255*mod(floor(N/pow(2,floor(X/32))),2)':cb=128:cr=128";

/**
 * Makes a clip with two languages of audio: shaka-player 5.2 cannot play key frames without audio where segments of MPEG-TS
 * have video and audio.
 *
 * @throws Error when ffmpeg fails
 */
export async function makeNumberedClip(file: string): Promise<void> {
  const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=${hertz}:d=${DURATION}`];
  const args = [
    ...["-nostdin", "-v", "error", "-f", "lavfi", "-i", BARS, ...tone(440), ...tone(660)],
    ...["-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-pix_fmt", "yuv420p"],
    ...["-bf", "2", "-g", String(KEY_FRAME_INTERVAL * FRAME_RATE), "-sc_threshold", "0"],
    ...["-c:a", "aac", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra"],
    ...["-movie_timescale", "48000", file],
  ];
  const { success, stderr } = await new Deno.Command("ffmpeg", { args, stdin: "null" }).output();
  if (!success) throw new Error(`Cannot run ffmpeg: ${new TextDecoder().decode(stderr)}`);
}
