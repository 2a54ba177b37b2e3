/** Sections of the bench, and the environment they run in. */

import type { AssetName } from "./assets.ts";
import type { Tool, Tools } from "./tools.ts";
import type { TempWorkspace } from "./temp_workspace.ts";

export interface Section {
  /** Name on the command line. */
  readonly name: string;
  /** Heading in the output. */
  readonly heading: string;
  /** Tools without which the section is skipped. */
  readonly required: readonly Tool[];
  /** Tools without which some results are missing. */
  readonly optional: readonly Tool[];
  /** Assets that it needs in the document root. */
  readonly assets: readonly AssetName[];
  run(bench: Bench): Promise<void>;
}

export interface Bench {
  readonly workspace: TempWorkspace;
  readonly tools: Tools;
  /** Number of measurements; results are medians. */
  readonly rounds: number;
  /** Duration of a measurement with continuous requests. */
  readonly seconds: number;
  /** Document root. */
  readonly root: string;
  /** Clone whose commands are measured; by default this one. */
  readonly clone?: string;
  /** Another clone, usually of an earlier commit. */
  readonly before?: string;
  /** Writes Markdown to the results. */
  print(text: string): void;
  /** Reports progress to the user. */
  progress(text: string): void;
}

/** Cores that server and client are pinned to. */
export const SERVER_CORE = 1;
export const CLIENT_CORE = 0;

/** Pins a command to a core, if this machine supports it. */
export function onCore(tools: Tools, core: number, command: readonly string[]): string[] {
  const taskset = tools.get("taskset");
  if (!taskset || navigator.hardwareConcurrency < 2) return [...command];
  return [taskset, "-c", String(core), ...command];
}
