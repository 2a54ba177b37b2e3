/** Runs `wrk`, which sends requests as fast as it receives responses, and prints its results as one line of JSON. */

import { CLIENT_CORE, onCore } from "./section.ts";
import type { Bench } from "./section.ts";

export interface Load {
  /** Origin of the server: `http://127.0.0.1:8080`. */
  readonly origin: string;
  /** Requested in turn; with a seed at random, the first ones more often. */
  readonly paths: readonly string[];
  readonly seed?: number;
  readonly connections: number;
  /** Integer. */
  readonly seconds: number;
  /** Client threads; defaults to one, pinned to the client core. */
  readonly threads?: number;
}

/** Results of a load. */
export interface LoadResult {
  readonly requests: number;
  /** In microseconds. */
  readonly duration: number;
  /** Including headers. */
  readonly bytes: number;
  /** Percentiles of the latency, in microseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Responses with a status other than 2xx or 3xx. */
  readonly refused: number;
  /** Failed connections and timeouts. */
  readonly broken: number;
}

/** Slower responses count as errors. */
const TIMEOUT_SECONDS = 60;

/** Marks the line with the results. */
const RESULT_PREFIX = "ams-bench ";

/** @throws Error when a response was an error */
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
  const errors =
    `${refused} error statuses and ${broken} failed connections in ${requests} requests`;
  throw new Error(`Cannot measure ${load.origin}${load.paths[0]}: ${errors}`);
}

/** @throws Error when the line of JSON is missing */
export function parseResult(output: string): LoadResult {
  const line = output.split("\n").find((line) => line.startsWith(RESULT_PREFIX));
  if (!line) throw new Error(`Cannot find the results in the output of wrk: ${output.trim()}`);
  return JSON.parse(line.slice(RESULT_PREFIX.length));
}

/** Builds a script that formats all requests once, so that sending one costs only a table access. */
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

/** @throws Error when the path contains characters that are not expected in one */
function toLuaString(path: string): string {
  if (!/^\/[\w.\/=()~-]*$/.test(path)) throw new Error(`Cannot request the path ${path}`);
  return `"${path}"`;
}
