/** Measures resident memory over many requests to many assets: it must settle. */

import { join } from "@std/path";
import { getCommandLine, TESTDATA } from "../e2e/ams.ts";
import { startStaticNginx } from "../e2e/nginx.ts";
import { Client } from "./client.ts";
import { CONNECTIONS } from "./comparison.ts";
import { readResidentMemory } from "./processor.ts";
import { readRenditions } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { startAms } from "./servers.ts";
import { formatFigure, formatTable } from "./table.ts";
import { load } from "./wrk.ts";

const ASSET_COUNT = 500;

/** Where the assets of a web server are, and how much of them is in memory: less than half. */
const MOUNT = "/remote";
const SOURCE_CACHE = "64M";

/** Numbers of requests after which memory is measured. */
const CHECKPOINTS = [10_000, 50_000, 100_000, 200_000];

/** Duration of one load, after which requests are counted. */
const SLICE_SECONDS = 1;

/**
 * Files of testdata/ for each asset. A worker has at most a few hundred files open, so assets are closed and opened
 * again all the time.
 */
const FILES = ["ladder-avc-360p.mp4", "ladder-aac-eng.mp4"];

export const memory: Section = {
  name: "memory",
  heading: `Memory over ${
    formatFigure(CHECKPOINTS.at(-1))
  } requests to ${ASSET_COUNT} assets, one worker`,
  required: ["proc", "wrk"],
  optional: ["taskset", "nginx"],
  assets: [],
  async run(bench) {
    await createAssets(bench);
    const marks = CHECKPOINTS.map((count) => `after ${formatFigure(count)}`);
    const rows = [["files", ...await measureMemory(bench)]];
    if (bench.tools.has("nginx")) rows.push(await measureRemote(bench));
    bench.print(formatTable([["resident, MB", "at the start", ...marks, "requests/s"], ...rows]));
  },
};

async function measureRemote(bench: Bench): Promise<string[]> {
  await Deno.chmod(bench.workspace.directory, 0o755); // nginx reads as another user
  await using origin = await startStaticNginx(bench.root);
  const args = ["--mount", `${MOUNT}=${origin.url}/`, "--source-cache", SOURCE_CACHE];
  const measured = await measureMemory(bench, MOUNT, args);
  return [`of a web server, \`--source-cache ${SOURCE_CACHE}\``, ...measured];
}

/** @param prefix of the paths of assets */
async function measureMemory(
  bench: Bench,
  prefix = "",
  args: readonly string[] = [],
): Promise<string[]> {
  await using ams = await startAms(bench, { core: SERVER_CORE, args });
  const measured = [readResidentMemory(ams.pid)];
  const paths = (await collectPaths(ams.port)).map((path) => prefix + path);
  let [requests, duration] = [0, 0];
  for (let seed = 1; measured.length <= CHECKPOINTS.length; seed++) {
    const { origin } = ams;
    const request = { origin, paths, seed, seconds: SLICE_SECONDS, connections: CONNECTIONS };
    const result = await load(bench, request);
    requests += result.requests;
    duration += result.duration / 1e6;
    while (requests >= CHECKPOINTS[measured.length - 1]!) {
      measured.push(readResidentMemory(ams.pid));
    }
    bench.progress(`${formatFigure(requests)} requests`);
    await Deno.truncate(ams.log);
  }
  return [...measured.map((bytes) => bytes / 1e6), requests / duration].map(formatFigure);
}

/** Creates the files of one asset, and links to them for the others. Each asset has a package of its own. */
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
  return `asset-${i}`;
}

/** Paths of manifests, inits, and some segments of every format, for every asset. */
async function collectPaths(port: number): Promise<string[]> {
  using client = await Client.connect(port);
  const asset = `${getDirectory(0)}/film`;
  const all = await readRenditions(client, asset);
  const paths = [
    ...[".mpd", ".m3u8", "ts.m3u8", "Manifest"].map((name) => `/${asset}.json/${name}`),
    ...all.flatMap(({ playlist, init, cmaf, ts, smooth }) => [
      ...[playlist, init].filter(Boolean),
      ...[cmaf, ts, smooth].flatMap((segments) => segments.slice(0, 2)),
    ]),
  ];
  return Array.from(
    { length: ASSET_COUNT },
    (_, i) => paths.map((path) => path.replace(getDirectory(0), getDirectory(i))),
  )
    .flat();
}
