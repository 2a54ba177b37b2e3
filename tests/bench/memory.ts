/** Resident memory over many requests to many titles: it is to stay where it is. */

import { join } from "@std/path";
import { getCommandLine, TESTDATA } from "../e2e/ams.ts";
import { Client } from "./client.ts";
import { CONNECTIONS } from "./comparison.ts";
import { readResidentMemory } from "./processor.ts";
import { readRenditions } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { startAms } from "./servers.ts";
import { formatFigure, formatTable } from "./table.ts";
import { load } from "./wrk.ts";

const ASSET_COUNT = 500;

/** Requests after which memory is looked at. */
const CHECKPOINTS = [10_000, 50_000, 100_000, 200_000];

/** Between two looks at how many requests there were. In seconds. */
const SLICE_SECONDS = 1;

/**
 * Of testdata/, a few seconds each: two files and a package. As a worker keeps no more than some hundred files open,
 * titles are closed and opened anew all the time.
 */
const FILES = ["ladder-avc-360p.mp4", "ladder-aac-eng.mp4"];

export const memory: Section = {
  name: "memory",
  heading: `Memory over ${
    formatFigure(CHECKPOINTS.at(-1))
  } requests to ${ASSET_COUNT} titles, one worker`,
  required: ["proc", "wrk"],
  optional: ["taskset"],
  assets: [],
  async run(bench) {
    await createAssets(bench);
    const marks = CHECKPOINTS.map((count) => `after ${formatFigure(count)}`);
    bench.print(formatTable([
      ["", "at the start", ...marks, "requests/s"],
      ["resident, MB", ...await measureMemory(bench)],
    ]));
  },
};

async function measureMemory(bench: Bench): Promise<string[]> {
  await using ams = await startAms(bench, { core: SERVER_CORE });
  const seen = [readResidentMemory(ams.pid)];
  const paths = await collectPaths(ams.port);
  let [requests, duration] = [0, 0];
  for (let seed = 1; seen.length <= CHECKPOINTS.length; seed++) {
    const { origin } = ams;
    const request = { origin, paths, seed, seconds: SLICE_SECONDS, connections: CONNECTIONS };
    const result = await load(bench, request);
    requests += result.requests;
    duration += result.duration / 1e6;
    while (requests >= CHECKPOINTS[seen.length - 1]!) seen.push(readResidentMemory(ams.pid));
    bench.progress(`${formatFigure(requests)} requests`);
    await Deno.truncate(ams.log);
  }
  return [...seen.map((bytes) => bytes / 1e6), requests / duration].map(formatFigure);
}

/** Files of one title, and of all others links to them: each has a package of its own. */
async function createAssets({ workspace, root }: Bench): Promise<void> {
  const first = join(root, getDirectory(0));
  await Deno.mkdir(first);
  for (const name of FILES) await Deno.copyFile(join(TESTDATA, name), join(first, name));
  const inputs = FILES.flatMap((name) => ["-i", name]);
  await workspace.run(
    [...getCommandLine("amspackager"), "-o", "film.json", "-d", "2", ...inputs],
    first,
  );
  for (let i = 1; i < ASSET_COUNT; i++) {
    const directory = join(root, getDirectory(i));
    await Deno.mkdir(directory);
    for (const name of FILES) await Deno.link(join(first, name), join(directory, name));
    await Deno.copyFile(join(first, "film.json"), join(directory, "film.json"));
  }
}

function getDirectory(i: number): string {
  return `title-${i}`;
}

/** Manifests, inits, and segments of every form, of every title. */
async function collectPaths(port: number): Promise<string[]> {
  using client = await Client.connect(port);
  const title = `${getDirectory(0)}/film`;
  const all = await readRenditions(client, title);
  const own = [
    ...[".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `/${title}.json/${name}`),
    ...all.flatMap(({ playlist, init, cmaf, ts, smooth }) => [
      ...[playlist, init].filter(Boolean),
      ...[cmaf, ts, smooth].flatMap((paths) => paths.slice(0, 2)),
    ]),
  ];
  return Array.from(
    { length: ASSET_COUNT },
    (_, i) => own.map((path) => path.replace(getDirectory(0), getDirectory(i))),
  )
    .flat();
}
