/** Measures what live channels cost: the recorder, and the workers that viewers request from. */

import { join } from "@std/path";
import { encodeFragments } from "./live_encoder.ts";
import { LIVE_SEGMENT_SECONDS, type LoadOptions, type LoadResult } from "./live_load.ts";
import { measureLongArchives } from "./live_archives.ts";
import { measureViewers } from "./live_viewers.ts";
import { readResidentMemory, readUsage } from "./processor.ts";
import { type Bench, CLIENT_CORE, onCore, type Section, SERVER_CORE } from "./section.ts";
import { type Server, sleep, startAms, waitUntil } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable } from "./table.ts";

const CHANNELS = 100;

/** In kbit/s, and fragments per second: their differences are the costs of a MB and of a fragment. */
const LOADS = {
  high: { kilobits: 4000, perSecond: 2 },
  low: { kilobits: 400, perSecond: 2 },
  many: { kilobits: 400, perSecond: 8 },
} as const;

type Files = Readonly<Record<keyof typeof LOADS, string>>;

/** Real time of each load. */
const LOAD_SECONDS = 20;
const LATENCY_SECONDS = 60;

const IDLE_SECONDS = 5;

const MAX = { core: 0.4, megabyte: 3, fragment: 200, channelMegabytes: 1, p50: 10, p99: 50 };

export const live: Section = {
  name: "live",
  heading: "Live channels: one worker and the recorder",
  required: ["proc", "ffmpeg", "wrk"],
  optional: ["taskset"],
  assets: [],
  async run(bench) {
    const files: Files = {
      high: await encodeFragments(bench, LOADS.high),
      low: await encodeFragments(bench, LOADS.low),
      many: await encodeFragments(bench, LOADS.many),
    };
    bench.print(await buildIngestTable(bench, files));
    bench.print(await measureViewers(bench, { file: files.high, ...LOADS.high }));
    bench.print(await measureLongArchives(bench));
  },
};

/** @param reconnect as in channel files */
export async function writeChannels(
  bench: Bench,
  count: number,
  { reconnect = 2 }: { readonly reconnect?: number | "always" } = {},
): Promise<string[]> {
  const names = Array.from({ length: count }, (_, i) => `c${i}`);
  const live = { segmentDuration: LIVE_SEGMENT_SECONDS, reconnect, publishers: "loopback" };
  await Deno.mkdir(join(bench.root, "live"), { recursive: true });
  for (const name of names) {
    const file = join(bench.root, "live", `${name}.json`);
    await Deno.writeTextFile(file, JSON.stringify({ ams: 1, live }));
  }
  return names;
}

export function startRecorder(bench: Bench): Promise<Server> {
  const args = ["--ingest", "127.0.0.1:0"];
  return startAms(bench, { core: SERVER_CORE, args });
}

/** Runs a load in a process of its own, on the core of clients. */
export async function runLoad(
  bench: Bench,
  server: Server,
  options: Omit<LoadOptions, "ingestPort">,
): Promise<LoadResult> {
  const argument: LoadOptions = { ...options, ingestPort: await findIngestPort(server) };
  return JSON.parse(await runOnClientCore(bench, "live_load.ts", argument));
}

/** Runs a script of this directory with an argument, and returns what it prints. */
export function runOnClientCore(bench: Bench, script: string, argument: object): Promise<string> {
  const path = new URL(`./${script}`, import.meta.url).pathname;
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const deno = [Deno.execPath(), "run", "-A", "--no-lock", "-c", config, path];
  const command = onCore(bench.tools, CLIENT_CORE, [...deno, JSON.stringify(argument)]);
  return bench.workspace.run(command);
}

/** Waits until a server listens for publishers. */
export async function findIngestPort({ log }: Server): Promise<number> {
  const line = () => /publish\S* \D*127\.0\.0\.1:(\d+)/.exec(Deno.readTextFileSync(log));
  await waitUntil(() => line() !== null);
  return Number(line()![1]);
}

interface IngestCost {
  /** Of the server, as of the load generator, in seconds of processor time per second. */
  readonly server: number;
  readonly client: number;
  readonly megabytes: number;
  readonly fragments: number;
  /**
   * Grown while fragments arrive, in bytes. The most are in flight at the start: a stream with one track waits a segment duration for
   * others (docs/design/live.md). The process keeps that memory for later ones.
   */
  readonly memory: number;
}

async function buildIngestTable(bench: Bench, files: Files): Promise<string> {
  const high = await measureIngest(bench, files, "high");
  const low = await measureIngest(bench, files, "low");
  const many = await measureIngest(bench, files, "many");
  const microseconds = (cost: IngestCost) => 1e6 * LOAD_SECONDS * cost.server;
  const perMegabyte = (microseconds(high) - microseconds(low)) / (high.megabytes - low.megabytes);
  const perFragment =
    (microseconds(many) - microseconds(low) - perMegabyte * (many.megabytes - low.megabytes)) /
    (many.fragments - low.fragments);
  const latencies = (await measureLatencies(bench, files)).toSorted((a, b) => a - b);
  const percentile = (share: number) => latencies[Math.floor(share * (latencies.length - 1))];
  const waiting = LIVE_SEGMENT_SECONDS * LOADS.high.perSecond * high.megabytes / high.fragments;
  const perChannel = high.memory / CHANNELS / 1e6 - waiting;
  return formatTable([
    ["what publishers cost", "measured", "load generator"],
    [
      `${CHANNELS} channels of ${
        LOADS.high.kilobits / 1000
      } Mbit/s in fragments of 0.5 s, share of a core`,
      formatAtMost(high.server, MAX.core),
      formatFigure(high.client),
    ],
    [
      `memory of a channel beyond ${LIVE_SEGMENT_SECONDS} s of media, which wait at its start, MB`,
      formatAtMost(perChannel, MAX.channelMegabytes),
      "",
    ],
    ["a MB, ms", formatAtMost(perMegabyte / 1000, MAX.megabyte), ""],
    ["a fragment, µs", formatAtMost(perFragment, MAX.fragment), ""],
    [
      `${CHANNELS} idle channels, share of a core`,
      formatAtMost(await measureIdle(bench, files), 0),
      "",
    ],
    ["last byte to playlist, p50, ms", formatAtMost(percentile(0.5), MAX.p50), ""],
    ["last byte to playlist, p99, ms", formatAtMost(percentile(0.99), MAX.p99), ""],
  ]);
}

async function measureIngest(
  bench: Bench,
  files: Files,
  load: keyof typeof LOADS,
): Promise<IngestCost> {
  const { kilobits, perSecond } = LOADS[load];
  const file = files[load];
  bench.progress(`${CHANNELS} channels, ${kilobits} kbit/s, ${perSecond} fragments per second`);
  const channels = await writeChannels(bench, CHANNELS);
  try {
    await using server = await startRecorder(bench);
    await runLoad(bench, server, { file, perSecond, channels: channels.slice(0, 1), seconds: 1 }); // code is compiled
    const [idle, before] = [readResidentMemory(server.pid), readUsage(server.pid).time];
    let peak = idle;
    const timer = setInterval(() => peak = Math.max(peak, readResidentMemory(server.pid)), 50);
    const result = await runLoad(bench, server, {
      file,
      perSecond,
      channels,
      seconds: LOAD_SECONDS,
    });
    clearInterval(timer);
    const { processor, megabytes, fragments } = result;
    return {
      server: (readUsage(server.pid).time - before) / 1e6 / LOAD_SECONDS,
      client: processor / 1e6 / LOAD_SECONDS,
      megabytes,
      fragments,
      memory: peak - idle,
    };
  } finally {
    await Deno.remove(join(bench.root, "live"), { recursive: true });
  }
}

async function measureLatencies(bench: Bench, { high: file }: Files): Promise<readonly number[]> {
  bench.progress("from the last byte to the playlist");
  const channels = await writeChannels(bench, 1);
  await using server = await startRecorder(bench);
  const viewerPort = server.port;
  const { perSecond } = LOADS.high;
  const options = { file, perSecond, channels, seconds: LATENCY_SECONDS, viewerPort };
  const { latencies } = await runLoad(bench, server, options);
  return latencies;
}

/** Processor time after broadcasts are over and their files are closed. */
async function measureIdle(bench: Bench, { low: file }: Files): Promise<number> {
  bench.progress("idle channels");
  const channels = await writeChannels(bench, CHANNELS);
  await using server = await startRecorder(bench);
  await runLoad(bench, server, { file, perSecond: LOADS.low.perSecond, channels, seconds: 4 });
  await sleep(10_000);
  const before = readUsage(server.pid).time;
  await sleep(1000 * IDLE_SECONDS);
  const used = (readUsage(server.pid).time - before) / 1e6 / IDLE_SECONDS;
  await using empty = await startAms(bench);
  const emptyBefore = readUsage(empty.pid).time;
  await sleep(1000 * IDLE_SECONDS);
  return Math.max(0, used - (readUsage(empty.pid).time - emptyBefore) / 1e6 / IDLE_SECONDS);
}
