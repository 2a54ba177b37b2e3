/** Encoders that push a file to a channel in real time, packet by packet. */

import { assert } from "@std/assert";

const COPY = ["-nostdin", "-v", "error", "-re", "-i"];

/** Exact times of audio and video (docs/live-encoders.md). */
const FRAGMENTED = ["-movflags", "+frag_keyframe+delay_moov+default_base_moof", "-f", "mp4"];

const CMAF = ["-movflags", "+cmaf+frag_keyframe+frag_discont", "-f", "mp4"];

/** Of the DASH muxer, once. */
const RENAME_WARNING = /^.*Cannot use rename on non file protocol.*\n/m;

/** A process that pushes, and its end. */
export interface Push {
  readonly process: Deno.ChildProcess;
  /** @throws Error with what it wrote if it failed */
  readonly done: Promise<void>;
}

/** Pushes fragmented MP4 in one long request. */
export function pushFragmented(file: string, url: string): Push {
  const output = [...FRAGMENTED, "-method", "POST", url];
  return startPush([...COPY, file, "-map", "0", "-c", "copy", ...output]);
}

/** Pushes CMAF in one long request. Times of the file start at `offset`, in seconds since 1970. */
export function pushUtc(file: string, url: string, offset: number): Push {
  const output = [...CMAF, "-output_ts_offset", `${offset}`, "-method", "POST", url];
  return startPush([...COPY, file, "-map", "0", "-c", "copy", ...output]);
}

/** Pushes Smooth Streaming in one long request. */
export function pushSmooth(file: string, url: string): Push {
  const output = ["-movflags", "+isml+frag_keyframe", "-f", "ismv", "-method", "POST", url];
  return startPush([...COPY, file, "-map", "0", "-c", "copy", ...output]);
}

/** Pushes the first track of each type over RTMP, or over TLS to `rtmps://`. */
export function pushRtmp(file: string, url: string): Push {
  return startPush([...COPY, file, "-c", "copy", "-f", "flv", url]);
}

/** Pushes DASH, with segments of 2 s and further options. Streams are Representations "0", "1" …, in the order of the file. */
export function pushDash(file: string, url: string, ...options: string[]): Push {
  const output = ["-f", "dash", "-seg_duration", "2", "-window_size", "5", "-method", "PUT"];
  return startPush([...COPY, file, "-map", "0", "-c", "copy", ...options, ...output, url]);
}

/** Pushes HLS with fragmented MP4, with segments of 2 s and further options. */
export function pushHls(file: string, url: string, ...options: string[]): Push {
  const output = ["-f", "hls", "-hls_time", "2", "-hls_segment_type", "fmp4", "-method", "PUT"];
  return startPush([...COPY, file, "-map", "0", "-c", "copy", ...options, ...output, url]);
}

function startPush(args: readonly string[]): Push {
  const command = new Deno.Command("ffmpeg", {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  });
  const process = command.spawn();
  const finish = async () => {
    const { success, stderr } = await process.output();
    const message = new TextDecoder().decode(stderr).replace(RENAME_WARNING, "");
    assert(success && message === "", message);
  };
  return { process, done: finish() };
}

/**
 * Pushes CMAF whose times are UTC: the init segment, then each fragment, in a request of its own.
 *
 * @throws Error for a response other than 200
 */
export function pushCmaf(file: string, url: string): Promise<void> {
  return startCmafPush(file, url).done;
}

/** Starts `pushCmaf()`, of all tracks or those of one type. */
export function startCmafPush(file: string, url: string, tracks?: "v" | "a"): Push {
  const ends = tracks === "a" ? ["-frag_duration", "1000000"] : []; // audio alone has no key frames that end fragments
  const offset = ["-output_ts_offset", `${Date.now() / 1000}`];
  const map = tracks ? `0:${tracks}` : "0";
  const args = [...COPY, file, "-map", map, "-c", "copy", ...offset, ...CMAF, ...ends, "pipe:1"];
  const process = new Deno.Command("ffmpeg", { args, stdin: "null", stdout: "piped" }).spawn();
  const push = async () => {
    for await (const body of splitRequests(process.stdout)) {
      const response = await fetch(url, { method: "PUT", body });
      const text = await response.text();
      assert(response.status === 200, `${response.status} ${text}`);
    }
    assert((await process.status).success);
  };
  return { process, done: push() };
}

/** Splits MP4 before each styp and after each mdat. */
async function* splitRequests(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let request: Uint8Array<ArrayBuffer>[] = [];
  for await (const { type, bytes } of readBoxes(stream)) {
    request.push(bytes);
    if (type !== "moov" && type !== "mdat") continue;
    yield await new Blob(request).bytes();
    request = [];
  }
  if (request.length > 0) yield await new Blob(request).bytes();
}

async function* readBoxes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }> {
  let left = new Uint8Array();
  for await (const piece of stream) {
    left = await new Blob([left, piece]).bytes();
    while (left.length >= 8) {
      const size = new DataView(left.buffer, left.byteOffset).getUint32(0);
      if (left.length < size) break;
      const bytes = left.slice(0, size);
      yield { type: new TextDecoder().decode(bytes.subarray(4, 8)), bytes };
      left = left.slice(size);
    }
  }
  assert(left.length === 0, "a part of a box");
}
