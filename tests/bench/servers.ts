/** The servers that are compared, each a process of its own. */

import { fromFileUrl } from "@std/path";
import { getCommandLine } from "../e2e/ams.ts";
import { RESPONSES_FILE } from "./responses.ts";
import { onCore } from "./section.ts";
import type { Bench } from "./section.ts";

export interface Server extends AsyncDisposable {
  /** At the head of its columns. */
  readonly name: string;
  /** Without a slash at the end. */
  readonly origin: string;
  readonly port: number;
  /** Of the process that answers. */
  readonly pid: number;
  /** The file that it logs to. */
  readonly log: string;
}

export interface AmsOptions {
  readonly name?: string;
  readonly workers?: number;
  /** Left out: wherever the system runs it. */
  readonly core?: number;
  /** More flags. */
  readonly args?: readonly string[];
}

/** A server says its address soon after the start, or never. In milliseconds. */
const MAX_START_MS = 60_000;

/** Between two looks at what isn't there yet. In milliseconds. */
const POLL_INTERVAL_MS = 20;

/** glibc gives no freed memory back to the system, which else takes ten times as long as all else, by chance. */
const MALLOC_SETTINGS = ["MALLOC_TRIM_THRESHOLD_=2000000000", "MALLOC_MMAP_THRESHOLD_=2000000000"];

const BARE = fromFileUrl(new URL("./bare.ts", import.meta.url));

/** ams as the binary runs it: with its permissions alone, and a log of all requests, in a file. */
export function startAms(bench: Bench, options: AmsOptions = {}): Promise<Server> {
  const { name = "ams", workers = 1, core, args = [] } = options;
  const command = [
    ...getCommandLine("ams"),
    ...["-d", bench.root, "-p", "0", "--host", "127.0.0.1", "--grace", "1"],
    ...["--workers", String(workers), ...args],
  ];
  return startDeno(bench, name, core === undefined ? command : onCore(bench.tools, core, command));
}

/** Nothing but `Deno.serve`: the answers that were kept, from memory. */
export function startBare(bench: Bench, core: number): Promise<Server> {
  const directory = bench.workspace.directory;
  const permissions = [`--allow-read=${directory}`, "--allow-net=127.0.0.1"];
  const answers = bench.workspace.path(RESPONSES_FILE);
  const deno = [Deno.execPath(), "run", "--no-config", ...permissions, BARE, answers];
  const command = Deno.build.os === "linux" ? ["env", ...MALLOC_SETTINGS, ...deno] : deno;
  return startDeno(bench, "Deno.serve", onCore(bench.tools, core, command));
}

async function startDeno(
  { workspace }: Bench,
  name: string,
  command: readonly string[],
): Promise<Server> {
  const log = await Deno.makeTempFile({ dir: workspace.directory, prefix: "log-" });
  const process = workspace.start(command, { cwd: workspace.directory, log });
  let running = true;
  process.status.then(() => running = false);
  const address = () => /https?:\/\/127\.0\.0\.1:(\d+)/.exec(Deno.readTextFileSync(log));
  await waitUntil(() => !running || address() !== null);
  const [origin, port] = address() ?? [];
  if (!origin) {
    await workspace.stop(process);
    throw new Error(`Cannot start ${name}: ${Deno.readTextFileSync(log).trim()}`);
  }
  return {
    ...{ name, origin, port: Number(port), pid: process.pid, log },
    [Symbol.asyncDispose]: () => workspace.stop(process),
  };
}

/** Kept when it is true; or when that has taken a minute. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + MAX_START_MS;
  while (!await isTrue() && performance.now() < end) await sleep(POLL_INTERVAL_MS);
}

/** @param milliseconds how long nothing happens */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
