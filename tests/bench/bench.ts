/** `deno task bench`: a table of what ams and amspackager do on this machine. Take the ratios; machines differ. */

import { join } from "@std/path";
import { type Ams, amspackager, startAms } from "../e2e/ams.ts";
import { readMpd, type Representation } from "../mpd.ts";
import { Client, get } from "./client.ts";
import { writeTitle } from "./title.ts";

/** One worker, so that processor time is that of requests; a log would be read by this process. */
const FLAGS = ["--workers", "1", "--log", "none"];

/** Requests under way at a time. */
const CONNECTIONS = 8;
/** Of each measurement, and of the warm-up before it. In milliseconds. */
const DURATION = 2000;
const WARM_UP = 500;
/** Segments that a measurement goes round: few, so that they stay in the page cache. */
const ROUND = 8;
const HOURS = 10;
/** Clock ticks a second in /proc (sysconf of every Linux). */
const PROC_TICKS = 100;

interface Row {
  readonly what: string;
  /** In bytes. */
  readonly size: number;
  /** Requests a second. */
  readonly rate: number;
  /** Processor time of the server a request, in microseconds; undefined where there is no /proc. */
  readonly processor: number | undefined;
}

async function main(): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "ams-bench-" });
  try {
    await writeTitle(join(root, "short.mp4"), { seconds: 600, video: 3e6, audio: 131e3 });
    const long = { seconds: HOURS * 3600, video: 400e3, audio: 131e3 };
    await writeTitle(join(root, "long.mp4"), long);
    const packaging = [await timePackaging(root, "short"), await timePackaging(root, "long")];
    const cold = await timeColdStart(root, "/long.json/.mpd");
    await using ams = await startAms(root, ...FLAGS);
    print(tableOfRates(await measureAll(ams)));
    print(tableOfTimes([
      ["packaging 10 minutes, process included", packaging[0]!],
      [`packaging ${HOURS} hours, process included`, packaging[1]!],
      [`first manifest of ${HOURS} hours, server just started`, cold.first],
      ["the same again", cold.second],
    ]));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function timePackaging(root: string, name: string): Promise<number> {
  const start = performance.now();
  await amspackager(root, "-o", `${name}.json`, "-d", "8", "-i", `${name}.mp4`);
  return performance.now() - start;
}

async function timeColdStart(
  root: string,
  path: string,
): Promise<Record<"first" | "second", number>> {
  await using ams = await startAms(root, ...FLAGS);
  const client = await Client.connect(portOf(ams));
  const time = async () => {
    const start = performance.now();
    await client.drain(get(path));
    return performance.now() - start;
  };
  try {
    return { first: await time(), second: await time() };
  } finally {
    client.close();
  }
}

async function measureAll(ams: Ams): Promise<Row[]> {
  const [short, long] = [await representations(ams, "short"), await representations(ams, "long")];
  const cases: [what: string, urls: string[]][] = [
    ["manifest of 10 minutes", [`${ams.url}/short.json/.mpd`]],
    [`manifest of ${HOURS} hours`, [`${ams.url}/long.json/.mpd`]],
    ["init, video", [short.video.init]],
    ["audio segment", segmentsAt(short.audio, 0)],
    [`video segment, early in ${HOURS} hours`, segmentsAt(long.video, 0)],
    [`video segment, late in ${HOURS} hours`, segmentsAt(long.video, 0.95)],
    ["video segment, 3 Mbit/s", segmentsAt(short.video, 0)],
  ];
  const rows: Row[] = [];
  for (const [what, urls] of cases) rows.push(await measure(ams, what, urls));
  return rows;
}

async function representations(
  ams: Ams,
  name: string,
): Promise<Record<"video" | "audio", Representation>> {
  const url = `${ams.url}/${name}.json/.mpd`;
  const all = readMpd(await (await fetch(url)).text(), url);
  const [video, audio] = ["video/mp4", "audio/mp4"].map((type) =>
    all.find(({ mimeType }) => mimeType === type)
  );
  if (!video || !audio) throw new Error(`Cannot find video and audio in ${url}`);
  return { video, audio };
}

function segmentsAt({ segments }: Representation, part: number): string[] {
  const first = Math.floor(part * segments.length);
  return segments.slice(first, first + ROUND).map(({ url }) => url);
}

async function measure(ams: Ams, what: string, urls: readonly string[]): Promise<Row> {
  const requests = urls.map((url) => get(new URL(url).pathname));
  const connections = Array.from({ length: CONNECTIONS }, () => Client.connect(portOf(ams)));
  const clients = await Promise.all(connections);
  try {
    await keepAsking(clients, requests, WARM_UP);
    const [before, start] = [processorTime(ams.pid), performance.now()];
    const { count, bytes } = await keepAsking(clients, requests, DURATION);
    const [after, seconds] = [processorTime(ams.pid), (performance.now() - start) / 1000];
    const processor = before === undefined ? undefined : (after! - before) / count;
    return { what, size: bytes / count, rate: count / seconds, processor };
  } finally {
    clients.forEach((client) => client.close());
  }
}

/** Every client asks for one request after the other, until the time is over. */
async function keepAsking(clients: Client[], requests: Uint8Array[], milliseconds: number) {
  const end = performance.now() + milliseconds;
  let [count, bytes] = [0, 0];
  await Promise.all(clients.map(async (client, i) => {
    for (let k = i; performance.now() < end; k++) {
      const size = await client.drain(requests[k % requests.length]!);
      bytes += size; // not `bytes += await …`, which reads it before it waits
      count++;
    }
  }));
  return { count, bytes };
}

/** User and system time of a process so far, in microseconds; undefined where the system doesn't tell. */
function processorTime(pid: number): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 1e6 / PROC_TICKS;
}

function portOf(ams: Ams): number {
  return Number(new URL(ams.url).port);
}

function tableOfRates(rows: Row[]): string[][] {
  return [
    ["one worker", "bytes", "requests/s", "MB/s", "server µs/request"],
    ...rows.map(({ what, size, rate, processor }) => [
      what,
      Math.round(size).toLocaleString("en"),
      Math.round(rate).toLocaleString("en"),
      (rate * size / 1e6).toFixed(0),
      processor?.toFixed(0) ?? "",
    ]),
  ];
}

function tableOfTimes(rows: [what: string, milliseconds: number][]): string[][] {
  return [["once", "ms"], ...rows.map(([what, time]) => [what, time.toFixed(1)])];
}

/** A table in Markdown: the first row is its head, all columns but the first are figures. */
function print([head, ...rows]: string[][]): void {
  const widths = head!.map((_, i) => Math.max(...[head!, ...rows].map((row) => row[i]!.length)));
  const line = (row: string[]) =>
    `| ${
      row.map((cell, i) => i ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)).join(" | ")
    } |`;
  const rule = widths.map((width, i) => i ? "-".repeat(width - 1) + ":" : "-".repeat(width));
  const text = [head!, rule, ...rows].map(line).join("\n");
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n\n`));
}

await main();
