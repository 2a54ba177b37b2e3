/** Resident memory over many requests to many titles: it is to stay where it is. */

import { join } from "@std/path";
import { commandLine, TESTDATA } from "../e2e/ams.ts";
import { Client } from "./client.ts";
import { CONNECTIONS } from "./comparison.ts";
import { residentMemory } from "./processor.ts";
import { renditions } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { startAms } from "./servers.ts";
import { figure, table } from "./table.ts";
import { load } from "./wrk.ts";

const TITLES = 500;

/** Requests after which memory is looked at. */
const MARKS = [10_000, 50_000, 100_000, 200_000];

/** Between two looks at how many requests there were. In seconds. */
const SLICE = 1;

/**
 * Of testdata/, a few seconds each: two files and a package. As a worker keeps no more than some hundred files open,
 * titles are closed and opened anew all the time.
 */
const FILES = ["ladder-avc-360p.mp4", "ladder-aac-eng.mp4"];

export const memory: Section = {
  name: "memory",
  title: `Memory over ${figure(MARKS.at(-1))} requests to ${TITLES} titles, one worker`,
  needs: ["proc", "wrk"],
  likes: ["taskset"],
  titles: [],
  async run(bench) {
    await makeTitles(bench);
    const marks = MARKS.map((count) => `after ${figure(count)}`);
    bench.print(table([
      ["", "at the start", ...marks, "requests/s"],
      ["resident, MB", ...await serve(bench)],
    ]));
  },
};

async function serve(bench: Bench): Promise<string[]> {
  await using ams = await startAms(bench, { core: SERVER_CORE });
  const seen = [residentMemory(ams.pid)];
  const paths = await pathsOfAll(ams.port);
  let [requests, duration] = [0, 0];
  for (let seed = 1; seen.length <= MARKS.length; seed++) {
    const { origin } = ams;
    const request = { origin, paths, seed, seconds: SLICE, connections: CONNECTIONS };
    const result = await load(bench, request);
    requests += result.requests;
    duration += result.duration / 1e6;
    while (requests >= MARKS[seen.length - 1]!) seen.push(residentMemory(ams.pid));
    bench.say(`${figure(requests)} requests`);
    await Deno.truncate(ams.log);
  }
  return [...seen.map((bytes) => bytes / 1e6), requests / duration].map(figure);
}

/** Files of one title, and of all others links to them: each has a package of its own. */
async function makeTitles({ place, root }: Bench): Promise<void> {
  const first = join(root, nameOf(0));
  await Deno.mkdir(first);
  for (const name of FILES) await Deno.copyFile(join(TESTDATA, name), join(first, name));
  const inputs = FILES.flatMap((name) => ["-i", name]);
  await place.run([...commandLine("amspackager"), "-o", "film.json", "-d", "2", ...inputs], first);
  for (let i = 1; i < TITLES; i++) {
    const folder = join(root, nameOf(i));
    await Deno.mkdir(folder);
    for (const name of FILES) await Deno.link(join(first, name), join(folder, name));
    await Deno.copyFile(join(first, "film.json"), join(folder, "film.json"));
  }
}

function nameOf(i: number): string {
  return `title-${i}`;
}

/** Manifests, inits, and segments of every form, of every title. */
async function pathsOfAll(port: number): Promise<string[]> {
  using client = await Client.connect(port);
  const title = `${nameOf(0)}/film`;
  const all = await renditions(client, title);
  const own = [
    ...[".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `/${title}.json/${name}`),
    ...all.flatMap(({ playlist, init, cmaf, ts, smooth }) => [
      ...[playlist, init].filter(Boolean),
      ...[cmaf, ts, smooth].flatMap((paths) => paths.slice(0, 2)),
    ]),
  ];
  return Array.from(
    { length: TITLES },
    (_, i) => own.map((path) => path.replace(nameOf(0), nameOf(i))),
  )
    .flat();
}
