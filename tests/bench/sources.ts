/** Compares segments of a web server with the same from files: cached in memory, on disk, and nowhere. */

import { startStaticNginx } from "../e2e/nginx.ts";
import { Client } from "./client.ts";
import { CONNECTIONS, measure } from "./comparison.ts";
import { readCmafPaths } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, median } from "./table.ts";

/** Segments that a row cycles through: more than `smallCache` holds. */
const SEGMENT_COUNT = 32;

/** Holds no segments, so that each is read from its file or blocks. */
const NO_SEGMENTS = ["--cache", "1M"];

const MOUNT = "/remote";

type Kind = "memory" | "disk" | "missed";

interface SourceRow {
  readonly label: string;
  readonly asset: "film" | "long";
  /** Holds the blocks of the segments in progress, but not those of all. */
  readonly smallCache: string;
  /** Maximum processor time relative to a file. */
  readonly targets: Readonly<Record<Kind, number>>;
}

const ROWS: readonly SourceRow[] = [
  {
    label: "CMAF segment, 400 KB",
    asset: "long",
    smallCache: "8M",
    targets: { memory: 1.25, disk: 1.4, missed: 4 },
  },
  {
    label: "CMAF segment, 3 MB",
    asset: "film",
    smallCache: "64M",
    targets: { memory: 1.25, disk: 1.4, missed: 3 },
  },
];

export const sources: Section = {
  name: "sources",
  heading: `Segments of a web server: one worker, ${CONNECTIONS} connections`,
  required: ["proc", "wrk", "ffmpeg", "nginx"],
  optional: ["taskset"],
  assets: ["film", "long"],
  async run(bench) {
    await Deno.chmod(bench.workspace.directory, 0o755); // nginx reads as another user
    await using origin = await startStaticNginx(bench.root);
    const rows: string[][] = [];
    for (const row of ROWS) rows.push(await measureRow(bench, row, origin.url));
    bench.print(formatTable([
      ["processor time per request, µs", "file", ...KINDS, ...TARGET_COLUMNS],
      ...rows,
    ]));
  },
};

const KINDS: readonly Kind[] = ["memory", "disk", "missed"];
const TARGET_COLUMNS = KINDS.map((kind) => `${kind} / file`);

async function measureRow(bench: Bench, row: SourceRow, origin: string): Promise<string[]> {
  const start = (name: string, ...args: string[]) =>
    startAms(bench, { name, core: SERVER_CORE, args: [...NO_SEGMENTS, ...args] });
  const mount = ["--mount", `${MOUNT}=${origin}/`];
  const small = [...mount, "--source-cache", row.smallCache];
  const disk = await Deno.makeTempDir({ dir: bench.workspace.directory });
  await using file = await start("file");
  await using memory = await start("memory", ...mount);
  await using onDisk = await start("disk", ...small, "--source-disk", `${disk}:1G`);
  await using missed = await start("missed", ...small);
  const times = await measureInTurns(bench, row, [file, memory, onDisk, missed]);
  const local = times.get("file")!;
  return [
    row.label,
    ...["file", ...KINDS].map((kind) => formatFigure(times.get(kind))),
    ...KINDS.map((kind) => formatAtMost(times.get(kind)! / local, row.targets[kind])),
  ];
}

/** Medians of the processor time of each server, of which the first has the files. */
async function measureInTurns(
  bench: Bench,
  { label, asset }: SourceRow,
  servers: readonly Server[],
): Promise<Map<string, number>> {
  const paths = await listSegments(servers[0]!, asset);
  const times = new Map(servers.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= bench.rounds; round++) {
    bench.progress(`${label}, round ${round}`);
    for (const server of servers) {
      const prefix = server === servers[0] ? "" : MOUNT;
      const row = { paths: paths.map((path) => prefix + path) };
      const { processor } = await measure(bench, server, row, { connections: CONNECTIONS });
      if (round > 0) times.get(server.name)!.push(processor); // the first round fills caches
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

async function listSegments(server: Server, asset: string): Promise<string[]> {
  using client = await Client.connect(server.port);
  const [video] = await readCmafPaths(client, asset);
  return video!.slice(0, SEGMENT_COUNT);
}
