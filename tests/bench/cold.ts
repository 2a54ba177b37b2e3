/** The first request for a title of 10 hours: in a process that has just begun to listen, and in one that has served. */

import { join } from "@std/path";
import { Client } from "./client.ts";
import { residentMemory } from "./processor.ts";
import { renditions } from "./rows.ts";
import type { Bench, Section } from "./section.ts";
import { pause, startAms } from "./servers.ts";
import { atMost, figure, median, table } from "./table.ts";
import { filesOf, LONG_HOURS } from "./assets.ts";

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
const REST = 500;

/** Copies of the title that are opened to tell what one takes: the first ones use what was thrown away before. */
const COPIES = 12;
const FIRST_COPIES = 4;

/** Of the index, in bytes. */
const SAMPLE_TARGET = 12;

export const cold: Section = {
  name: "cold",
  title: `First request for a title of ${LONG_HOURS} hours, one worker, package file made before`,
  needs: ["ffmpeg"],
  likes: ["proc", "ffprobe"],
  titles: ["film", "long"],
  async run(bench) {
    const { requests, others } = await plan(bench);
    const rows: string[][] = [];
    for (const request of requests) {
      bench.say(`first ${request.what}`);
      rows.push(await firstTimes(bench, request, others));
    }
    bench.print(table([["first request, ms", "bytes", "fresh process", "warm process"], ...rows]));
    if (bench.tools.has("proc") && bench.tools.has("ffprobe")) bench.print(await indexTable(bench));
  },
};

async function plan(bench: Bench): Promise<{ requests: Request[]; others: string[] }> {
  await using ams = await startAms(bench);
  using client = await Client.connect(ams.port);
  const [video] = await renditions(client, "long");
  const others = (await renditions(client, "film")).flatMap(({ init, cmaf, ts, smooth }) => [
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
async function firstTimes(
  bench: Bench,
  { what, path, ...targets }: Request,
  others: readonly string[],
): Promise<string[]> {
  const [fresh, warm]: [number[], number[]] = [[], []];
  let size = 0;
  for (let round = 0; round < bench.rounds; round++) {
    for (const [times, before] of [[fresh, []], [warm, others]] as const) {
      const first = await firstTime(bench, path, before);
      times.push(first.time);
      size = first.size;
    }
  }
  const times = [atMost(median(fresh), targets.fresh), atMost(median(warm), targets.warm)];
  return [what, size.toLocaleString("en"), ...times];
}

/** From the first byte of the request to the last one of the answer, on a connection that is there. In milliseconds. */
async function firstTime(
  bench: Bench,
  path: string,
  before: readonly string[],
): Promise<{ time: number; size: number }> {
  await using ams = await startAms(bench);
  using client = await Client.connect(ams.port);
  if (before.length) await askInTurn(client, before);
  await pause(REST);
  const start = performance.now();
  const { body } = await client.get(path);
  return { time: performance.now() - start, size: body.length };
}

async function askInTurn(client: Client, paths: readonly string[]): Promise<void> {
  for (let i = 0; i < WARM_UP; i++) await client.get(paths[i % paths.length]!);
}

/** What a server's memory grows by when such a title is open: what was thrown away and not yet collected counts too. */
async function indexTable(bench: Bench): Promise<string> {
  const names = await makeCopies(bench);
  await using ams = await startAms(bench, { args: ["--cache", "4G"] });
  using client = await Client.connect(ams.port);
  const open = async (names: readonly string[]) => {
    for (const name of names) await client.get(`/${name}.json/.mpd`);
    await pause(2 * REST);
    return residentMemory(ams.pid);
  };
  const before = await open(names.slice(0, FIRST_COPIES));
  const growth = (await open(names.slice(FIRST_COPIES)) - before) / (COPIES - FIRST_COPIES);
  const samples = await countSamples(bench);
  return table([
    ["open title", "samples", "MB", "bytes a sample"],
    [
      `${LONG_HOURS} hours, resident memory`,
      samples.toLocaleString("en"),
      figure(growth / 1e6),
      atMost(growth / samples, SAMPLE_TARGET),
    ],
  ]);
}

async function makeCopies({ root }: Bench): Promise<string[]> {
  const [file] = filesOf("long");
  const text = await Deno.readTextFile(join(root, "long.json"));
  const names = Array.from({ length: COPIES }, (_, i) => `copy-${i}`);
  for (const name of names) {
    await Deno.link(join(root, file!), join(root, `${name}.mp4`));
    const own = text.replaceAll(JSON.stringify(file), JSON.stringify(`${name}.mp4`));
    await Deno.writeTextFile(join(root, `${name}.json`), own);
  }
  return names;
}

async function countSamples({ place, tools, root }: Bench): Promise<number> {
  const [file] = filesOf("long");
  const args = ["-v", "error", "-show_entries", "stream=nb_frames", "-of", "csv=p=0"];
  const text = await place.run([tools.get("ffprobe")!, ...args, file!], root);
  return text.split("\n").reduce((sum, count) => sum + Number(count), 0);
}
