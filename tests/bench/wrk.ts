/** The client: `wrk`, which asks as fast as it is answered, and says what it saw in one line of JSON. */

import { CLIENT_CORE, onCore } from "./section.ts";
import type { Bench } from "./section.ts";

export interface Load {
  /** Of the server: `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Asked for in turn; where there is a seed by chance, the first ones more often than the last ones. */
  readonly paths: readonly string[];
  readonly seed?: number;
  readonly connections: number;
  /** In whole seconds. */
  readonly seconds: number;
  /** Otherwise one, on the core of the client. */
  readonly threads?: number;
}

/** What came of a load. */
export interface LoadResult {
  readonly requests: number;
  /** In microseconds. */
  readonly duration: number;
  /** With heads. */
  readonly bytes: number;
  /** Latencies: half of them, and 99 of 100, are not above. In microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that were not 2xx or 3xx. */
  readonly refused: number;
  /** Connections that failed, and answers that took too long. */
  readonly broken: number;
}

/** A slow answer is a figure, not an error, up to this. In seconds. */
const TIMEOUT_SECONDS = 60;

/** In front of the line that is for us. */
const RESULT_PREFIX = "ams-bench ";

/** @throws Error when an answer was an error */
export async function load(bench: Bench, { threads = 1, ...load }: Load): Promise<LoadResult> {
  const script = bench.workspace.path("load.lua");
  await Deno.writeTextFile(script, buildLuaScript(load.paths, load.seed));
  const command = [
    bench.tools.get("wrk")!,
    ...["-t", String(threads), "-c", String(load.connections), "-d", `${load.seconds}s`],
    ...["--timeout", `${TIMEOUT_SECONDS}s`, "-s", script, load.origin],
  ];
  const pinned = threads === 1 ? onCore(bench.tools, CLIENT_CORE, command) : command;
  const result = parseResult(await bench.workspace.run(pinned));
  if (result.refused + result.broken === 0 && result.requests > 0) return result;
  const { refused, broken, requests } = result;
  const what = `${refused} refused and ${broken} broken answers of ${requests}`;
  throw new Error(`Cannot count ${what} from ${load.origin}${load.paths[0]} on`);
}

/** @throws Error when the line of JSON is not there */
export function parseResult(output: string): LoadResult {
  const line = output.split("\n").find((line) => line.startsWith(RESULT_PREFIX));
  if (!line) throw new Error(`Cannot find the result in what wrk says: ${output.trim()}`);
  return JSON.parse(line.slice(RESULT_PREFIX.length));
}

/** Requests are made once: what is done for each is to take the next one. */
export function buildLuaScript(paths: readonly string[], seed?: number): string {
  const next = seed === undefined
    ? "at % #requests + 1"
    : "1 + math.floor(#requests * math.random() ^ 3)";
  return `local paths = {
${paths.map((path) => `  ${toLuaString(path)},`).join("\n")}
}
local requests = {}
local at = 0

function init()
  ${seed === undefined ? "" : `math.randomseed(${seed})`}
  for i, path in ipairs(paths) do requests[i] = wrk.format("GET", path) end
end

function request()
  at = ${next}
  return requests[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '${RESULT_PREFIX}{"requests":%d,"duration":%d,"bytes":%.0f,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50),
    latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
`;
}

/** @throws Error when there is something in it that a path doesn't hold */
function toLuaString(path: string): string {
  if (!/^\/[\w.\/=()~-]*$/.test(path)) throw new Error(`Cannot ask for the path ${path}`);
  return `"${path}"`;
}
