/** A process that publishes to channels in real time, and measures how soon a viewer sees what it sent: prints JSON. */

import { cpuUsage } from "node:process";
import { LoopedEncoder, readTemplate } from "./live_encoder.ts";
import { sleep } from "./servers.ts";

/** The only argument, as JSON. */
export interface LoadOptions {
  /** Of --ingest. */
  readonly ingestPort: number;
  readonly channels: readonly string[];
  /** File of `encodeFragments()`. */
  readonly file: string;
  /** Fragments per second. */
  readonly perSecond: number;
  readonly seconds: number;
  /** Port of a server whose playlist of the first channel is requested all the time; absent: none is. */
  readonly viewerPort?: number;
}

export interface LoadResult {
  /** Processor time of this process, in microseconds. */
  readonly processor: number;
  /** From the last byte of a fragment to the first playlist with its segment, in milliseconds. */
  readonly latencies: readonly number[];
  readonly megabytes: number;
  readonly fragments: number;
}

/** Target duration of the channels, in seconds. */
export const LIVE_SEGMENT_SECONDS = 2;

async function run(options: LoadOptions): Promise<LoadResult> {
  const { ingestPort, channels, file, perSecond, seconds, viewerPort } = options;
  const template = await readTemplate(file, perSecond);
  const encoders = await Promise.all(
    channels.map((channel) => LoopedEncoder.connect(ingestPort, channel, template)),
  );
  const viewer = viewerPort === undefined ? undefined : new Viewer(viewerPort, channels[0]!);
  const watching = viewer?.watch();
  const count = seconds * perSecond;
  const sent = await Promise.all(
    encoders.map((encoder, i) =>
      publish(encoder, { count, perSecond, phase: i / encoders.length })
    ),
  );
  await sleep(1000); // the last segment is listed
  viewer?.stop();
  await watching;
  const { user, system } = cpuUsage();
  for (const encoder of encoders) await encoder.end();
  const fragments = count * encoders.length;
  return {
    processor: user + system,
    latencies: viewer?.findLatencies(sent[0]!, LIVE_SEGMENT_SECONDS * perSecond) ?? [],
    megabytes: fragments * template.fragment.length / 1e6,
    fragments,
  };
}

/**
 * Sends fragments in real time.
 *
 * @param phase of the encoder among all, 0 to 1
 * @returns times in milliseconds at which the last byte of each was sent
 */
async function publish(
  encoder: LoopedEncoder,
  { count, perSecond, phase }: {
    readonly count: number;
    readonly perSecond: number;
    readonly phase: number;
  },
): Promise<number[]> {
  const start = performance.now();
  const sent: number[] = [];
  for (let i = 0; i < count; i++) {
    await sleep(start + (i + phase) * 1000 / perSecond - performance.now());
    await encoder.send();
    sent.push(performance.now());
  }
  return sent;
}

/** Requests the playlist of a channel all the time. */
class Viewer {
  /** Times in milliseconds at which so many segments were listed first. */
  readonly #seen: number[] = [];
  readonly #url: string;
  #isDone = false;

  constructor(port: number, channel: string) {
    this.#url = `http://127.0.0.1:${port}/live/${channel}.json/feed.live.m3u8`;
  }

  stop(): void {
    this.#isDone = true;
  }

  async watch(): Promise<void> {
    while (!this.#isDone) {
      const response = await fetch(this.#url);
      const count = response.ok ? countSegments(await response.text()) : 0;
      if (!response.ok) await response.body?.cancel();
      while (this.#seen.length <= count) this.#seen.push(performance.now());
      await sleep(1);
    }
  }

  /**
   * @param sent times at which fragments were sent
   * @param perSegment fragments
   */
  findLatencies(sent: readonly number[], perSegment: number): number[] {
    const latencies: number[] = [];
    for (let count = 3; count < this.#seen.length; count++) { // the second one makes a playlist
      const last = sent[count * perSegment - 1];
      if (last !== undefined) latencies.push(this.#seen[count]! - last);
    }
    return latencies;
  }
}

/** Counts the segments up to the last one that is listed. */
function countSegments(playlist: string): number {
  const first = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(playlist)?.[1]);
  return first - 1 + playlist.split("#EXTINF").length - 1;
}

if (import.meta.main) {
  const result = JSON.stringify(await run(JSON.parse(Deno.args[0]!)));
  Deno.stdout.writeSync(new TextEncoder().encode(`${result}\n`));
}
