/** A viewer that downloads all fragments of a channel over Smooth Streaming, as they are listed. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { concat } from "../mp4/movie_file.ts";
import { type Level, readManifest, type SmoothStream, TICKS, withDecodeTime } from "../smooth.ts";
import { readFragment } from "../smooth_fragment.ts";
import { buildSmoothInit } from "../smooth_init.ts";
import { type Packet, readPackets } from "./ffmpeg.ts";
import { fetchBytes } from "./live_viewer.ts";

/** Shorter than the shortest segment of the tests. */
const POLL_MS = 250;

/** Rounding to 100 ns, and to the timescale of the file. In seconds. */
const TOLERANCE = 0.0001;

export class SmoothViewer {
  readonly #url: string;
  /** By URL. */
  readonly #fragments = new Map<string, Uint8Array<ArrayBuffer>>();
  #streams: readonly SmoothStream[] = [];
  #isWatching = true;
  readonly #watching: Promise<void>;

  /** @param url of the manifest */
  constructor(url: string) {
    this.#url = url;
    this.#watching = this.#watch();
  }

  /** Downloads what is listed now, and checks that fragments have not changed since they were listed. */
  async stop(): Promise<void> {
    await this[Symbol.asyncDispose]();
    assertGreater(this.#fragments.size, 0);
    for (const [url, bytes] of this.#fragments) assertEquals(await fetchBytes(url), bytes, url);
    await this.#update();
  }

  /**
   * Compares the packets of all fragments with those that the video and the audio of a file present, and their times: all have the
   * same offset.
   */
  async checkPackets(file: string): Promise<void> {
    let offset: number | undefined;
    for (const { type, levels: [level] } of this.#streams) {
      const source = await readPackets(file, `${type[0]}:0`);
      const presented = source.filter(({ pts }) => pts >= -TOLERANCE); // no priming
      const client = await this.#readPackets(level!);
      assertEquals(client.length, presented.length, `packets of ${type}`);
      offset ??= client[0]!.pts - presented[0]!.pts;
      for (const [i, { pts, md5 }] of presented.entries()) {
        const got = client[i]!;
        assertEquals(got.md5, md5, `packet ${i} of ${type} at ${pts} s`);
        const late = got.pts - offset - pts;
        assert(Math.abs(late) < TOLERANCE, `packet ${i} of ${type} is ${late} s late`);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isWatching = false;
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (this.#isWatching) {
      await this.#update();
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #update(): Promise<void> {
    const response = await fetch(this.#url);
    const text = await response.text();
    assertEquals(response.status, 200, text);
    this.#streams = readManifest(text, this.#url).streams;
    for (const { fragments } of this.#streams.flatMap(({ levels }) => levels)) {
      for (const { url } of fragments) {
        if (!this.#fragments.has(url)) this.#fragments.set(url, await fetchBytes(url));
      }
    }
  }

  /** ffmpeg adds the largest negative composition offset to all times. */
  async #readPackets(level: Level): Promise<Packet[]> {
    const fragments = level.fragments.map(({ url, time }) => {
      const bytes = this.#fragments.get(url)!;
      return { time, bytes, samples: readFragment(bytes).samples };
    });
    const offsets = fragments.flatMap(({ samples }) => samples.map(([, , , offset]) => offset));
    const delay = offsets.reduce((max, offset) => Math.max(max, -offset), 0) / TICKS;
    const timed = fragments.map(({ bytes, time }) => withDecodeTime(bytes, time));
    const file = await Deno.makeTempFile({ suffix: ".mp4" });
    try {
      await Deno.writeFile(file, concat(buildSmoothInit(level), ...timed));
      const packets = await readPackets(file, "0");
      return packets.map((packet) => ({ ...packet, pts: packet.pts - delay }));
    } finally {
      await Deno.remove(file);
    }
  }
}
