/** Compares segments of origins with the same from files: cached in memory, on disk, and nowhere. */

import { fromFileUrl } from "@std/path";
import { startStaticNginx } from "../e2e/nginx.ts";
import { freePort } from "../free_port.ts";
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

/** For localhost, with the authority that signed it. */
const TLS = fromFileUrl(new URL("../http/tls/", import.meta.url));

const BUCKET = "media";

/** The last ones are cached nowhere, and read over TLS, and as signed requests to a bucket. */
const KINDS = ["memory", "disk", "missed", "TLS", "S3"] as const;

type Kind = typeof KINDS[number];

interface SourceRow {
  readonly label: string;
  readonly asset: "film" | "long";
  /** Holds the blocks of the segments in progress, but not those of all. */
  readonly smallCache: string;
  /** Maximum processor time relative to a file. */
  readonly targets: Partial<Readonly<Record<Kind, number>>>;
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
  heading: `Segments of origins: one worker, ${CONNECTIONS} connections`,
  required: ["proc", "wrk", "ffmpeg", "nginx"],
  optional: ["taskset"],
  assets: ["film", "long"],
  async run(bench) {
    await Deno.chmod(bench.workspace.directory, 0o755); // nginx reads as another user
    const securePort = freePort();
    await using origin = await startStaticNginx(bench.root, formatDirectives(bench, securePort));
    const origins = {
      plain: `${origin.url}/`,
      secure: `https://localhost:${securePort}/?ca=${TLS}ca.pem`,
      bucket: await formatBucket(bench, origin.url),
    };
    const times: string[][] = [];
    const ratios: string[][] = [];
    for (const row of ROWS) {
      const measured = await measureRow(bench, row, origins);
      times.push([
        row.label,
        ...["file", ...KINDS].map((kind) => formatFigure(measured.get(kind))),
      ]);
      ratios.push([row.label, ...KINDS.map((kind) => formatRatio(row, measured, kind))]);
    }
    bench.print(formatTable([["processor time per request, µs", "file", ...KINDS], ...times]));
    bench.print(formatTable([["relative to a file", ...KINDS], ...ratios]));
  },
};

/** The origins of one server. */
interface Origins {
  readonly plain: string;
  readonly secure: string;
  readonly bucket: string;
}

/** Serves the root also over TLS, and as a bucket, without checking signatures. */
function formatDirectives({ root }: Bench, securePort: number): string {
  return `listen 127.0.0.1:${securePort} ssl;
    ssl_certificate ${TLS}cert.pem; ssl_certificate_key ${TLS}key.pem;
    location /${BUCKET}/ { alias ${root}/; }`;
}

async function formatBucket({ workspace }: Bench, endpoint: string): Promise<string> {
  const credentials = workspace.path("credentials");
  const keys = "aws_access_key_id = bench\naws_secret_access_key = secret";
  await Deno.writeTextFile(credentials, `[default]\n${keys}\n`);
  return `s3://${BUCKET}?${new URLSearchParams({ endpoint, credentials })}`;
}

function formatRatio(
  { targets }: SourceRow,
  times: ReadonlyMap<string, number>,
  kind: Kind,
): string {
  return formatAtMost(times.get(kind)! / times.get("file")!, targets[kind]);
}

/** Returns the processor time of each kind, and of files. */
async function measureRow(
  bench: Bench,
  row: SourceRow,
  { plain, secure, bucket }: Origins,
): Promise<Map<string, number>> {
  const start = (name: string, ...args: string[]) =>
    startAms(bench, { name, core: SERVER_CORE, args: [...NO_SEGMENTS, ...args] });
  const mount = (source: string) => ["--mount", `${MOUNT}=${source}`];
  const small = ["--source-cache", row.smallCache];
  const disk = await Deno.makeTempDir({ dir: bench.workspace.directory });
  await using servers = new AsyncDisposableStack();
  const started = [
    await start("file"),
    await start("memory", ...mount(plain)),
    await start("disk", ...mount(plain), ...small, "--source-disk", `${disk}:1G`),
    await start("missed", ...mount(plain), ...small),
    await start("TLS", ...mount(secure), ...small),
    await start("S3", ...mount(bucket), ...small),
  ];
  for (const server of started) servers.use(server);
  return await measureInTurns(bench, row, started);
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
