/** Compares protected segments and manifests with clear ones of the same server. */

import { join } from "@std/path";
import { declareProtection } from "../protected_presentations.ts";
import { PLAYREADY_TEST_SEED } from "../drm/vectors.ts";
import { LONG_HOURS } from "./assets.ts";
import { Client } from "./client.ts";
import { measureFirstRequest } from "./cold.ts";
import { CONNECTIONS, measure } from "./comparison.ts";
import { readCmafPaths } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { measureStall, STALLED_TARGET_MB } from "./stalled.ts";
import { formatAtMost, formatFigure, formatTable, median, NONE } from "./table.ts";

const SCHEMES = ["cenc", "cbcs"] as const;

type Scheme = typeof SCHEMES[number];

/** Segments that a row cycles through. */
const SEGMENT_COUNT = 8;

/** Holds none of these segments. */
const SMALL_CACHE = "1M";

/** Maximum time relative to the clear segment: while it is built in each scheme, and cached. */
interface Targets {
  readonly built: Record<Scheme, number>;
  readonly cached?: number;
}

interface DrmRow {
  readonly label: string;
  readonly asset: "film" | "long";
  /** Index of the rendition in the package. */
  readonly rendition: number;
  readonly targets: Targets;
}

const ROWS: readonly DrmRow[] = [
  {
    label: "audio segment, 64 KB",
    asset: "film",
    rendition: 2,
    targets: { built: { cenc: 3, cbcs: 5 }, cached: 1.15 },
  },
  {
    label: "CMAF segment, 400 KB",
    asset: "long",
    rendition: 0,
    targets: { built: { cenc: 3.2, cbcs: 3.2 }, cached: 1.15 },
  },
  {
    label: "CMAF segment, 3 MB",
    asset: "film",
    rendition: 0,
    targets: { built: { cenc: 3.7, cbcs: 3.5 } },
  },
];

const MANIFEST_TARGET = 1.1;

export const drm: Section = {
  name: "drm",
  heading: `Encryption relative to clear segments: one worker, ${CONNECTIONS} connections`,
  required: ["proc", "wrk", "ffmpeg"],
  optional: ["taskset"],
  assets: ["film", "long", "wide"],
  async run(bench) {
    for (const asset of ["film", "long", "wide"]) {
      for (const scheme of SCHEMES) await protectPackage(bench, asset, scheme);
    }
    const args = await createKeyArguments(bench);
    bench.print(await buildSegmentTable(bench, args));
    bench.print(await buildManifestTable(bench, args));
    bench.print(await buildStalledTable(bench, args));
  },
};

function protectedName(asset: string, scheme: Scheme): string {
  return `${asset}-${scheme}`;
}

/** Writes a protected package over the same files. */
async function protectPackage({ root }: Bench, asset: string, scheme: Scheme): Promise<void> {
  const { tracks, ...rest } = JSON.parse(await Deno.readTextFile(join(root, `${asset}.json`)));
  const pack = { ...rest, protection: declareProtection({ scheme }), tracks };
  const path = join(root, `${protectedName(asset, scheme)}.json`);
  await Deno.writeTextFile(path, JSON.stringify(pack));
}

async function createKeyArguments({ workspace }: Bench): Promise<string[]> {
  const path = workspace.path("keys.json");
  const house = { seed: PLAYREADY_TEST_SEED, systems: ["widevine", "playready", "clearkey"] };
  await Deno.writeTextFile(path, JSON.stringify({ ams: 1, sources: { house } }));
  return ["--keys", path, "--packages-only"];
}

async function buildSegmentTable(bench: Bench, args: readonly string[]): Promise<string> {
  await using cached = await startAms(bench, { core: SERVER_CORE, args });
  await using built = await startAms(bench, {
    name: "ams, small cache",
    core: SERVER_CORE,
    args: [...args, "--cache", SMALL_CACHE],
  });
  const rows: string[][] = [];
  for (const row of ROWS) {
    const { label, targets } = row;
    const times = await measureRow(bench, built, row);
    const again = targets.cached === undefined ? undefined : await measureRow(bench, cached, row);
    for (const scheme of SCHEMES) {
      rows.push([
        `${label}, ${scheme}`,
        formatFigure(times.clear),
        formatFigure(times[scheme]),
        formatAtMost(times[scheme] / times.clear, targets.built[scheme]),
        again ? formatAtMost(again[scheme] / again.clear, targets.cached) : NONE,
      ]);
    }
  }
  const columns = ["clear", "encrypted", "relative to clear", "cached, relative to clear"];
  return formatTable([["processor time per request, µs", ...columns], ...rows]);
}

/** Returns medians of the processor time per request, in microseconds. Clear and encrypted segments take turns. */
async function measureRow(
  bench: Bench,
  server: Server,
  { label, asset, rendition }: DrmRow,
): Promise<Record<"clear" | Scheme, number>> {
  bench.progress(`${label}, ${server.name}`);
  const times: Record<"clear" | Scheme, number[]> = { clear: [], cenc: [], cbcs: [] };
  const paths: Record<"clear" | Scheme, readonly string[]> = {
    clear: await listSegments(server, asset, rendition),
    cenc: await listSegments(server, protectedName(asset, "cenc"), rendition),
    cbcs: await listSegments(server, protectedName(asset, "cbcs"), rendition),
  };
  for (let round = 0; round <= bench.rounds; round++) {
    for (const kind of ["clear", ...SCHEMES] as const) {
      await openAsset(server, paths[kind]);
      const { processor } = await measure(bench, server, { paths: paths[kind] }, {
        connections: CONNECTIONS,
      });
      if (round > 0) times[kind].push(processor); // the first round warms up
    }
  }
  return { clear: median(times.clear), cenc: median(times.cenc), cbcs: median(times.cbcs) };
}

async function listSegments(server: Server, asset: string, rendition: number): Promise<string[]> {
  using client = await Client.connect(server.port);
  const renditions = await readCmafPaths(client, asset);
  return renditions[rendition]!.slice(0, SEGMENT_COUNT);
}

/** A small cache holds one asset. */
async function openAsset(server: Server, paths: readonly string[]): Promise<void> {
  using client = await Client.connect(server.port);
  for (const path of paths) await client.get(path);
}

/** In a process that has served other assets, clear and protected. */
async function buildManifestTable(bench: Bench, args: readonly string[]): Promise<string> {
  const others = await listWarmUpPaths(bench, args);
  const measureManifest = async (asset: string) => {
    bench.progress(`first DASH manifest, ${asset}`);
    const times: number[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      times.push((await measureFirstRequest(bench, `/${asset}.json/.mpd`, others, args)).time);
    }
    return median(times);
  };
  const clear = await measureManifest("long");
  const rows: string[][] = [];
  for (const scheme of SCHEMES) {
    const time = await measureManifest(protectedName("long", scheme));
    rows.push([
      scheme,
      formatFigure(clear),
      formatFigure(time),
      formatAtMost(time / clear, MANIFEST_TARGET),
    ]);
  }
  const what = `first DASH manifest, ${LONG_HOURS} hours, ms`;
  return formatTable([[what, "clear", "protected", "relative to clear"], ...rows]);
}

async function listWarmUpPaths(bench: Bench, args: readonly string[]): Promise<string[]> {
  await using ams = await startAms(bench, { args });
  const paths: string[] = [];
  for (const asset of ["film", ...SCHEMES.map((scheme) => protectedName("film", scheme))]) {
    const segments = await listSegments(ams, asset, 0);
    paths.push(`/${asset}.json/.mpd`, ...segments.slice(0, 2));
  }
  return paths;
}

async function buildStalledTable(bench: Bench, args: readonly string[]): Promise<string> {
  const rows: string[][] = [];
  for (const scheme of SCHEMES) {
    bench.progress(`stalled clients, ${scheme}`);
    const { size, perClient } = await measureStall(bench, protectedName("wide", scheme), args);
    rows.push([
      scheme,
      formatFigure(size / 1e6),
      formatAtMost(perClient / 1e6, STALLED_TARGET_MB),
    ]);
  }
  return formatTable([["64 stalled clients", "segment, MB", "MB per client"], ...rows]);
}
