/** Measures the first request for an asset of 10 hours: in a fresh process, and in one that has served another asset. */

import { join } from "@std/path";
import { Client } from "./client.ts";
import { readResidentMemory } from "./processor.ts";
import { readRenditions } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { sleep, startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, median } from "./table.ts";
import { listFiles, LONG_HOURS } from "./assets.ts";

export interface FirstRequest {
  readonly label: string;
  readonly path: string;
  /** Targets, in milliseconds. */
  readonly fresh?: number;
  readonly warm?: number;
}

/** Requests for another asset that warm up a process. */
const WARM_UP = 300;

/** Pause after the start, until the process is idle. */
const SETTLE_MS = 500;

/** Copies of the asset that are opened to measure its memory. The first ones reuse memory freed before, so they do not count. */
const COPIES = 12;
const FIRST_COPIES = 4;

/** Maximum bytes per sample of an open asset. */
const SAMPLE_TARGET = 12;

export const cold: Section = {
  name: "cold",
  heading: `First request for an asset of ${LONG_HOURS} hours, one worker, packaged before`,
  required: ["ffmpeg"],
  optional: ["proc", "ffprobe"],
  assets: ["film", "long"],
  async run(bench) {
    const { requests, others } = await planRequests(bench);
    const rows: string[][] = [];
    for (const request of requests) {
      bench.progress(`first ${request.label}`);
      rows.push(await measureFirstRequests(bench, request, others));
    }
    bench.print(
      formatTable([["first request, ms", "bytes", "fresh process", "warm process"], ...rows]),
    );
    if (bench.tools.has("proc") && bench.tools.has("ffprobe")) {
      bench.print(await buildMemoryTable(bench));
    }
  },
};

/** Also returns requests for another asset. */
export async function planRequests(
  bench: Bench,
): Promise<{ requests: FirstRequest[]; others: string[] }> {
  await using ams = await startAms(bench);
  using client = await Client.connect(ams.port);
  const [video] = await readRenditions(client, "long");
  const others = (await readRenditions(client, "film")).flatMap(({ init, cmaf, ts, smooth }) => [
    ...["/film.json/.mpd", "/film.json/.m3u8", "/film.json/Manifest", init],
    ...[cmaf, ts, smooth].flatMap((paths) => paths.slice(0, 4)),
  ]);
  const requests = [
    { label: "DASH manifest", path: "/long.json/.mpd", fresh: 30, warm: 12 },
    { label: "HLS multivariant playlist", path: "/long.json/.m3u8" },
    { label: "HLS multivariant playlist, MPEG-TS", path: "/long.json/ts.m3u8" },
    { label: "HLS media playlist", path: video!.playlist },
    { label: "HLS media playlist, MPEG-TS", path: video!.tsPlaylist },
    { label: "Smooth manifest", path: "/long.json/Manifest" },
    { label: "init", path: video!.init },
    { label: "segment, in the middle", path: video!.cmaf[video!.cmaf.length >> 1]! },
    { label: "MPEG-TS segment, in the middle", path: video!.ts[video!.ts.length >> 1]! },
  ];
  return { requests, others };
}

/** Starts a process for every measurement, since an asset is opened only once. */
async function measureFirstRequests(
  bench: Bench,
  { label, path, ...targets }: FirstRequest,
  others: readonly string[],
): Promise<string[]> {
  const [fresh, warm]: [number[], number[]] = [[], []];
  let size = 0;
  for (let round = 0; round < bench.rounds; round++) {
    for (const [times, before] of [[fresh, []], [warm, others]] as const) {
      const first = await measureFirstRequest(bench, path, before);
      times.push(first.time);
      size = first.size;
    }
  }
  const times = [
    formatAtMost(median(fresh), targets.fresh),
    formatAtMost(median(warm), targets.warm),
  ];
  return [label, size.toLocaleString("en"), ...times];
}

/** Time from the first byte of the request to the last of the response, on an open connection, in milliseconds. */
export async function measureFirstRequest(
  bench: Bench,
  path: string,
  before: readonly string[],
  args: readonly string[] = [],
): Promise<{ time: number; size: number }> {
  await using ams = await startAms(bench, { args });
  using client = await Client.connect(ams.port);
  if (before.length) await requestInTurn(client, before);
  await sleep(SETTLE_MS);
  const start = performance.now();
  const { body } = await client.get(path);
  return { time: performance.now() - start, size: body.length };
}

async function requestInTurn(client: Client, paths: readonly string[]): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await client.get(paths[i % paths.length]!);
}

/** Measures how much resident memory an open asset adds, including garbage that is not yet collected. */
async function buildMemoryTable(bench: Bench): Promise<string> {
  const names = await createCopies(bench);
  await using ams = await startAms(bench, { args: ["--cache", "4G"] });
  using client = await Client.connect(ams.port);
  const open = async (names: readonly string[]) => {
    for (const name of names) await client.get(`/${name}.json/.mpd`);
    await sleep(2 * SETTLE_MS);
    return readResidentMemory(ams.pid);
  };
  const before = await open(names.slice(0, FIRST_COPIES));
  const growth = (await open(names.slice(FIRST_COPIES)) - before) / (COPIES - FIRST_COPIES);
  const samples = await countSamples(bench);
  return formatTable([
    ["open asset", "samples", "MB", "bytes per sample"],
    [
      `${LONG_HOURS} hours, resident memory`,
      samples.toLocaleString("en"),
      formatFigure(growth / 1e6),
      formatAtMost(growth / samples, SAMPLE_TARGET),
    ],
  ]);
}

async function createCopies({ root }: Bench): Promise<string[]> {
  const [file] = listFiles("long");
  const text = await Deno.readTextFile(join(root, "long.json"));
  const names = Array.from({ length: COPIES }, (_, i) => `copy-${i}`);
  for (const name of names) {
    await Deno.link(join(root, file!), join(root, `${name}.mp4`));
    const copy = text.replaceAll(JSON.stringify(file), JSON.stringify(`${name}.mp4`));
    await Deno.writeTextFile(join(root, `${name}.json`), copy);
  }
  return names;
}

async function countSamples({ workspace, tools, root }: Bench): Promise<number> {
  const [file] = listFiles("long");
  const args = ["-v", "error", "-show_entries", "stream=nb_frames", "-of", "csv=p=0"];
  const text = await workspace.run([tools.get("ffprobe")!, ...args, file!], root);
  return text.split("\n").reduce((sum, count) => sum + Number(count), 0);
}
