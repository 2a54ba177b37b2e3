/** A part of the bench that runs alone, and what all of them have to work with. */

import type { AssetName } from "./assets.ts";
import type { Tool, Tools } from "./tools.ts";
import type { TempWorkspace } from "./temp_workspace.ts";

export interface Section {
  /** As on the command line. */
  readonly name: string;
  /** A heading of the output. */
  readonly heading: string;
  /** Without one of these there are no figures. */
  readonly required: readonly Tool[];
  /** Without one of these some figures are missing. */
  readonly optional: readonly Tool[];
  /** What it wants packaged in the document root. */
  readonly assets: readonly AssetName[];
  run(bench: Bench): Promise<void>;
}

export interface Bench {
  readonly workspace: TempWorkspace;
  readonly tools: Tools;
  /** How often everything is measured: the median counts. */
  readonly rounds: number;
  /** Length of a measurement with a stream of requests. */
  readonly seconds: number;
  /** The document root. */
  readonly root: string;
  /** What stands in the result: Markdown. */
  print(text: string): void;
  /** What a person sees who waits. */
  progress(text: string): void;
}

/** The server has this core to itself, and the client that one. */
export const SERVER_CORE = 1;
export const CLIENT_CORE = 0;

/** The command on one core, where this machine can do that. */
export function onCore(tools: Tools, core: number, command: readonly string[]): string[] {
  const taskset = tools.get("taskset");
  if (!taskset || navigator.hardwareConcurrency < 2) return [...command];
  return [taskset, "-c", String(core), ...command];
}
