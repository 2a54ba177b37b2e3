/** An encoder that repeats one fragment at later times, so that its load is that of the connection alone. */

import { type Bench, CLIENT_CORE, onCore } from "./section.ts";

/** A fragment of video, which is one GOP. */
export interface FragmentTemplate {
  /** ftyp and moov. */
  readonly init: Uint8Array<ArrayBuffer>;
  /** moof and mdat. */
  readonly fragment: Uint8Array<ArrayBuffer>;
  /** Offset of baseMediaDecodeTime in the fragment (14496-12 §8.8.12). */
  readonly timeOffset: number;
  /** In ticks. */
  readonly duration: number;
}

const FRAME_RATE = 24;

/** Ticks per second of ffmpeg for this frame rate. */
const TIMESCALE = 12288;

/** Encodes noise at a bit rate in kbit/s, as fragmented MP4 with so many fragments per second. */
export async function encodeFragments(
  bench: Bench,
  { kilobits, perSecond }: { readonly kilobits: number; readonly perSecond: number },
): Promise<string> {
  const path = bench.workspace.path(`live-${kilobits}-${perSecond}.mp4`);
  const gop = `${FRAME_RATE / perSecond}`;
  const rate = `${kilobits}k`;
  const video = `testsrc2=s=640x360:r=${FRAME_RATE},noise=alls=40:allf=t`;
  const [ffmpeg, ...args] = onCore(bench.tools, CLIENT_CORE, [
    ...["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", video, "-t", "4", "-c:v", "libx264"],
    ...["-preset", "ultrafast", "-bf", "0", "-g", gop, "-keyint_min", gop],
    ...["-b:v", rate, "-maxrate", rate, "-bufsize", `${kilobits / 4}k`],
    ...["-movflags", "+frag_keyframe+empty_moov+default_base_moof", path],
  ]);
  const { success, stderr } = await new Deno.Command(ffmpeg!, { args, stdin: "null" }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return path;
}

export async function readTemplate(path: string, perSecond: number): Promise<FragmentTemplate> {
  const bytes = await Deno.readFile(path);
  const boxes = [...listBoxes(bytes)];
  const starts = boxes.filter(({ type }) => type === "moof").map(({ start }) => start);
  const [first, second, third] = starts; // the first fragment may be larger
  const fragment = bytes.slice(second, third);
  const marker = new TextEncoder().encode("tfdt");
  const at = fragment.findIndex((_, i) => marker.every((byte, j) => fragment[i + j] === byte));
  return {
    init: bytes.slice(0, first),
    fragment,
    timeOffset: at + 8, // after type, version and flags
    duration: TIMESCALE / perSecond,
  };
}

function* listBoxes(bytes: Uint8Array): Generator<{ start: number; type: string }> {
  const view = new DataView(bytes.buffer);
  for (let start = 0; start + 8 <= bytes.length; start += view.getUint32(start)) {
    yield { start, type: new TextDecoder().decode(bytes.subarray(start + 4, start + 8)) };
  }
}

/** A request that publishes to a channel. */
export class LoopedEncoder implements Disposable {
  readonly #connection: Deno.TcpConn;
  readonly #template: FragmentTemplate;
  #count = 0;

  private constructor(connection: Deno.TcpConn, template: FragmentTemplate) {
    this.#connection = connection;
    this.#template = template;
  }

  static async connect(
    port: number,
    channel: string,
    template: FragmentTemplate,
  ): Promise<LoopedEncoder> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const encoder = new LoopedEncoder(connection, template);
    const header = `POST /live/${channel}.json/key/feed.mp4 HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      "Transfer-Encoding: chunked\r\n\r\n";
    await encoder.#write(new TextEncoder().encode(header));
    await encoder.#sendChunk(template.init);
    return encoder;
  }

  /** Sends the next fragment: resolves when the system has its last byte. */
  async send(): Promise<void> {
    const { fragment, timeOffset, duration } = this.#template;
    const time = BigInt(duration * this.#count++);
    new DataView(fragment.buffer).setBigUint64(timeOffset, time);
    await this.#sendChunk(fragment);
  }

  /** Ends the request, not the broadcast. */
  async end(): Promise<void> {
    await this.#write(new TextEncoder().encode("0\r\n\r\n"));
    await this.#connection.read(new Uint8Array(4096));
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #sendChunk(bytes: Uint8Array): Promise<void> {
    await this.#write(new TextEncoder().encode(`${bytes.length.toString(16)}\r\n`));
    await this.#write(bytes);
    await this.#write(new TextEncoder().encode("\r\n"));
  }

  async #write(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      done += await this.#connection.write(bytes.subarray(done));
    }
  }
}
