/** The first request for a title of 10 hours: in a process that has just begun to listen, and in one that has served. */

import { join } from "@std/path";
import { Client } from "./client.ts";
import { readResidentMemory } from "./processor.ts";
import { readRenditions } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { sleep, startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, median } from "./table.ts";
import { listFiles, LONG_HOURS } from "./assets.ts";

interface Request {
  readonly what: string;
  readonly path: string;
  /** In milliseconds. */
  readonly fresh?: number;
  readonly warm?: number;
}

/** Requests that make a process warm, for another title. */
const WARM_UP = 300;

/** After the start: what a process does by itself then is over. In milliseconds. */
const SETTLE_MS = 500;

/** Copies of the title that are opened to tell what one takes: the first ones use what was thrown away before. */
const COPIES = 12;
const FIRST_COPIES = 4;

/** Of the index, in bytes. */
const SAMPLE_TARGET = 12;

export const cold: Section = {
  name: "cold",
  heading: `First request for a title of ${LONG_HOURS} hours, one worker, package file made before`,
  required: ["ffmpeg"],
  optional: ["proc", "ffprobe"],
  assets: ["film", "long"],
  async run(bench) {
    const { requests, others } = await planRequests(bench);
    const rows: string[][] = [];
    for (const request of requests) {
      bench.progress(`first ${request.what}`);
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

async function planRequests(bench: Bench): Promise<{ requests: Request[]; others: string[] }> {
  await using ams = await startAms(bench);
  using client = await Client.connect(ams.port);
  const [video] = await readRenditions(client, "long");
  const others = (await readRenditions(client, "film")).flatMap(({ init, cmaf, ts, smooth }) => [
    ...["/film.json/.mpd", "/film.json/.m3u8", "/film.json/Manifest", init],
    ...[cmaf, ts, smooth].flatMap((paths) => paths.slice(0, 4)),
  ]);
  const requests = [
    { what: "DASH manifest", path: "/long.json/.mpd", fresh: 30, warm: 12 },
    { what: "HLS multivariant playlist", path: "/long.json/.m3u8" },
    { what: "HLS media playlist", path: video!.playlist },
    { what: "HLS media playlist, MPEG-TS", path: video!.tsPlaylist },
    { what: "Smooth manifest", path: "/long.json/Manifest" },
    { what: "init", path: video!.init },
    { what: "segment, in the middle", path: video!.cmaf[video!.cmaf.length >> 1]! },
    { what: "MPEG-TS segment, in the middle", path: video!.ts[video!.ts.length >> 1]! },
  ];
  return { requests, others };
}

/** Every time is of a process of its own, as a title is opened once. */
async function measureFirstRequests(
  bench: Bench,
  { what, path, ...targets }: Request,
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
  return [what, size.toLocaleString("en"), ...times];
}

/** From the first byte of the request to the last one of the answer, on a connection that is there. In milliseconds. */
async function measureFirstRequest(
  bench: Bench,
  path: string,
  before: readonly string[],
): Promise<{ time: number; size: number }> {
  await using ams = await startAms(bench);
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

/** What a server's memory grows by when such a title is open: what was thrown away and not yet collected counts too. */
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
    ["open title", "samples", "MB", "bytes a sample"],
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
    const own = text.replaceAll(JSON.stringify(file), JSON.stringify(`${name}.mp4`));
    await Deno.writeTextFile(join(root, `${name}.json`), own);
  }
  return names;
}

async function countSamples({ workspace, tools, root }: Bench): Promise<number> {
  const [file] = listFiles("long");
  const args = ["-v", "error", "-show_entries", "stream=nb_frames", "-of", "csv=p=0"];
  const text = await workspace.run([tools.get("ffprobe")!, ...args, file!], root);
  return text.split("\n").reduce((sum, count) => sum + Number(count), 0);
}
