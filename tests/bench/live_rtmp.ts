/** Measures what publishers over RTMP cost the recorder. */

import { join } from "@std/path";
import { findIngestPort, runOnClientCore, startRecorder, writeChannels } from "./live.ts";
import { encodeFragments } from "./live_encoder.ts";
import { readResidentMemory, readUsage } from "./processor.ts";
import type { RtmpLoadOptions, RtmpLoadResult } from "./rtmp_load.ts";
import type { Bench, Section } from "./section.ts";
import type { Server } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable } from "./table.ts";

const PUBLISHERS = 100;

/** In kbit/s of video, and GOPs per second. */
const LOAD = { kilobits: 4000, perSecond: 2 };

const SECONDS = 20;

const MAX = { core: 0.6, publisherMegabytes: 2 };

export const liveRtmp: Section = {
  name: "rtmp",
  heading: "Publishers over RTMP: one worker and the recorder",
  required: ["proc", "ffmpeg"],
  optional: ["taskset"],
  assets: [],
  async run(bench) {
    const file = await encodeFragments(bench, LOAD);
    bench.progress(`${PUBLISHERS} publishers of ${LOAD.kilobits} kbit/s and audio`);
    const channels = await writeChannels(bench, PUBLISHERS);
    try {
      bench.print(await measurePublishers(bench, file, channels));
    } finally {
      await Deno.remove(join(bench.root, "live"), { recursive: true });
    }
  },
};

async function measurePublishers(
  bench: Bench,
  file: string,
  channels: readonly string[],
): Promise<string> {
  await using server = await startRecorder(bench);
  const load = { file, perSecond: LOAD.perSecond };
  await runRtmpLoad(bench, server, { ...load, channels: channels.slice(0, 1), seconds: 1 }); // code is compiled
  const [idle, before] = [readResidentMemory(server.pid), readUsage(server.pid).time];
  let peak = idle;
  const timer = setInterval(() => peak = Math.max(peak, readResidentMemory(server.pid)), 50);
  const result = await runRtmpLoad(bench, server, { ...load, channels, seconds: SECONDS });
  clearInterval(timer);
  const share = (readUsage(server.pid).time - before) / 1e6 / SECONDS;
  const megabytes = (peak - idle) / PUBLISHERS / 1e6;
  const rate = 8 * result.megabytes / PUBLISHERS / SECONDS;
  return formatTable([
    ["what publishers over RTMP cost", "measured", "load generator"],
    [
      `${PUBLISHERS} publishers of ${formatFigure(rate)} Mbit/s, share of a core`,
      formatAtMost(share, MAX.core),
      formatFigure(result.processor / 1e6 / SECONDS),
    ],
    ["memory of a publisher, MB", formatAtMost(megabytes, MAX.publisherMegabytes), ""],
  ]);
}

/** Runs a load in a process of its own, on the core of clients. */
async function runRtmpLoad(
  bench: Bench,
  server: Server,
  options: Omit<RtmpLoadOptions, "ingestPort">,
): Promise<RtmpLoadResult> {
  const argument: RtmpLoadOptions = { ...options, ingestPort: await findIngestPort(server) };
  return JSON.parse(await runOnClientCore(bench, "rtmp_load.ts", argument));
}
