import { assert } from "@std/assert";

/** Encodes video with a key frame every two seconds, and noise, so that segments have the size of their bitrate. */
export async function encodeNoisyFilm(
  path: string,
  { seconds, kilobits, seed = 1 }: {
    readonly seconds: number;
    readonly kilobits: number;
    /** Films with different seeds differ in every segment. */
    readonly seed?: number;
  },
): Promise<void> {
  const noise = `noise=alls=20:allf=t:all_seed=${seed}`;
  const source = `testsrc2=s=320x180:r=25:d=${seconds},${noise}`;
  const { success, stderr } = await new Deno.Command("ffmpeg", {
    args: [
      ...["-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264", "-preset", "ultrafast"],
      ...["-b:v", `${kilobits}k`, "-g", "50", "-pix_fmt", "yuv420p", "-movflags", "+faststart"],
      path,
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}
