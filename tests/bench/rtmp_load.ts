/** The load generator of `live_rtmp.ts`, in a process of its own. */

import { cpuUsage } from "node:process";
import { readRtmpTemplate, RtmpPublisher } from "./rtmp_publisher.ts";
import { sleep } from "./servers.ts";

/** The only argument, as JSON. */
export interface RtmpLoadOptions {
  /** Of --ingest. */
  readonly ingestPort: number;
  readonly channels: readonly string[];
  /** File of `encodeFragments()`. */
  readonly file: string;
  /** GOPs per second. */
  readonly perSecond: number;
  readonly seconds: number;
}

export interface RtmpLoadResult {
  /** Processor time of this process while it sends, in microseconds. */
  readonly processor: number;
  readonly megabytes: number;
}

const INTERVAL_MS = 5;

async function run(options: RtmpLoadOptions): Promise<RtmpLoadResult> {
  const { ingestPort, channels, file, perSecond, seconds } = options;
  const template = await readRtmpTemplate(file, perSecond);
  const publishers = await Promise.all(
    channels.map((channel) => RtmpPublisher.connect(ingestPort, channel, template)),
  );
  const before = cpuUsage();
  await Promise.all(
    publishers.map((publisher, i) =>
      publish(publisher, seconds * 1000, i * 1000 / publishers.length)
    ),
  );
  const { user, system } = cpuUsage(before);
  for (const publisher of publishers) await publisher.end();
  await sleep(1000); // the ends are read
  const bytes = publishers.reduce((sum, publisher) => sum + publisher.bytes, 0);
  for (const publisher of publishers) publisher[Symbol.dispose]();
  return { processor: user + system, megabytes: bytes / 1e6 };
}

/** Sends in real time, from `delay` on, so that publishers do not send at once. */
async function publish(publisher: RtmpPublisher, duration: number, delay: number): Promise<void> {
  await sleep(delay);
  const start = performance.now();
  while (performance.now() < start + duration) {
    await publisher.send(performance.now() - start);
    await sleep(INTERVAL_MS);
  }
}

if (import.meta.main) {
  const result = JSON.stringify(await run(JSON.parse(Deno.args[0]!)));
  Deno.stdout.writeSync(new TextEncoder().encode(`${result}\n`));
}
