/** `deno task bench`: compares ams with other servers on this machine. Arguments are sections: `deno task bench cold`. */

import config from "../../deno.json" with { type: "json" };
import { type Options, parseOptions } from "./arguments.ts";
import { before } from "./before.ts";
import { cold } from "./cold.ts";
import { drm } from "./drm.ts";
import { connections, hot } from "./hot.ts";
import { access } from "./access.ts";
import { live } from "./live.ts";
import { liveRtmp } from "./live_rtmp.ts";
import { log } from "./log.ts";
import { memory } from "./memory.ts";
import { metrics } from "./metrics.ts";
import { packaging } from "./packaging.ts";
import { page } from "./page.ts";
import { describeMachine } from "./processor.ts";
import type { Bench, Section } from "./section.ts";
import { sources } from "./sources.ts";
import { stalled } from "./stalled.ts";
import { prepareAssets } from "./assets.ts";
import { tls } from "./tls.ts";
import { describeMissing, findTools, type Tools } from "./tools.ts";
import { workers } from "./workers.ts";
import { TempWorkspace } from "./temp_workspace.ts";

const SECTIONS: readonly Section[] = [
  hot,
  connections,
  tls,
  workers,
  cold,
  packaging,
  stalled,
  sources,
  drm,
  live,
  liveRtmp,
  metrics,
  access,
  log,
  memory,
  page,
  before,
];

/** Exit code that shells report for SIGINT. */
const INTERRUPTED = 130;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, SECTIONS.map(({ name }) => name));
  if (typeof options === "string") {
    progress(options);
    return 2;
  }
  await using workspace = new TempWorkspace();
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, async () => {
      interrupted = true;
      await workspace[Symbol.asyncDispose]();
      Deno.exit(INTERRUPTED);
    });
  }
  try {
    return await runSections(workspace, options);
  } catch (error) {
    if (interrupted) await new Promise(() => {}); // the signal listener exits
    throw error;
  }
}

async function runSections(workspace: TempWorkspace, options: Options): Promise<number> {
  const { sections, ...settings } = options;
  const tools = findTools();
  const bench = {
    workspace,
    tools,
    ...settings,
    root: workspace.path("root"),
    print,
    progress,
  };
  await Deno.mkdir(bench.root);
  print(await describeRun(bench, tools));
  let failed = 0;
  for (const section of SECTIONS.filter(({ name }) => sections.includes(name))) {
    if (!await runSection(bench, section)) failed++;
  }
  return failed ? 1 : 0;
}

/** @returns false on failure; a section whose tools are missing is skipped, which is no failure */
async function runSection(bench: Bench, section: Section): Promise<boolean> {
  print(`### ${section.heading}`);
  const absent = describeMissing(bench.tools, section.required);
  if (absent) {
    print(`Not measured: requires ${absent}.`);
    return true;
  }
  const absentOptional = describeMissing(bench.tools, section.optional);
  if (absentOptional) print(`Some results are missing or less exact without ${absentOptional}.`);
  try {
    await prepareAssets(bench, section.assets);
    await section.run(bench);
    return true;
  } catch (error) {
    if (!bench.workspace.running) throw error;
    print(`Not measured: ${error instanceof Error ? error.message : error}`);
    return false;
  }
}

async function describeRun({ workspace, rounds, seconds }: Bench, tools: Tools): Promise<string> {
  const software = [`ams ${config.version}`, `Deno ${Deno.version.deno}`];
  if (tools.has("ffprobe")) {
    const text = await workspace.run([tools.get("ffprobe")!, "-version"]);
    software.push(`ffprobe ${/version (\S+)/.exec(text)?.[1]}`);
  }
  const machine = tools.has("proc") ? describeMachine() : Deno.build.target;
  const date = new Date().toISOString().slice(0, 10);
  return `Date: ${date}. Machine: ${machine}. Versions: ${software.join(", ")}. ` +
    `Rounds: ${rounds}, of ${seconds} s each where requests are continuous.`;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n\n`));
}

function progress(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

Deno.exit(await main(Deno.args));
