/** Servers that are compared, each in a process of its own. */

import { fromFileUrl } from "@std/path";
import { getCommandLine } from "../e2e/ams.ts";
import { RESPONSES_FILE } from "./responses.ts";
import { onCore } from "./section.ts";
import type { Bench } from "./section.ts";

export interface Server extends AsyncDisposable {
  /** Label of its columns. */
  readonly name: string;
  /** Without a trailing slash. */
  readonly origin: string;
  readonly port: number;
  /** ID of the process that serves. */
  readonly pid: number;
  /** Path of its log file. */
  readonly log: string;
}

export interface AmsOptions {
  readonly name?: string;
  readonly workers?: number;
  /** Core to pin it to; by default it is not pinned. */
  readonly core?: number;
  /** Further flags. */
  readonly args?: readonly string[];
}

/** Maximum time until a server prints its address. */
const MAX_START_MS = 60_000;

/** Interval between checks in `waitUntil()`. */
const POLL_INTERVAL_MS = 20;

/** Keeps glibc from returning freed memory to the system, which by chance takes ten times as long as everything else. */
const MALLOC_SETTINGS = ["MALLOC_TRIM_THRESHOLD_=2000000000", "MALLOC_MMAP_THRESHOLD_=2000000000"];

const BARE = fromFileUrl(new URL("./bare.ts", import.meta.url));

/** Starts ams as the binary runs: with its permissions only, and an access log in a file. */
export function startAms(bench: Bench, options: AmsOptions = {}): Promise<Server> {
  const { name = "ams", workers = 1, core, args = [] } = options;
  const command = [
    ...getCommandLine("ams", bench.clone),
    ...["-d", bench.root, "-p", "0", "--host", "127.0.0.1", "--grace", "1"],
    ...["--workers", String(workers), ...args],
  ];
  return startDeno(bench, name, core === undefined ? command : onCore(bench.tools, core, command));
}

/** Starts a bare `Deno.serve` that serves the recorded responses from memory. */
export function startBare(bench: Bench, core: number): Promise<Server> {
  const directory = bench.workspace.directory;
  const permissions = [`--allow-read=${directory}`, "--allow-net=127.0.0.1"];
  const responses = bench.workspace.path(RESPONSES_FILE);
  const deno = [Deno.execPath(), "run", "--no-config", ...permissions, BARE, responses];
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
  const address = () =>
    /(?<=^| at )https?:\/\/127\.0\.0\.1:(\d+)/m.exec(Deno.readTextFileSync(log)); // not that of a source
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

/** Resolves when the condition holds, or after `MAX_START_MS`. */
export async function waitUntil(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + MAX_START_MS;
  while (!await isTrue() && performance.now() < end) await sleep(POLL_INTERVAL_MS);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
