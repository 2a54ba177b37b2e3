/** What of the tools that the bench uses is on this machine, and where. */

import { join } from "@std/path";

/** Each with the package of Debian that has it. `proc` is Linux itself: processor time and memory of a process. */
const PACKAGES = {
  wrk: "wrk",
  nginx: "nginx-core",
  taskset: "util-linux",
  ffmpeg: "ffmpeg",
  ffprobe: "ffmpeg",
  openssl: "openssl",
  bash: "bash",
  chromium: "chromium",
  proc: undefined,
} as const;

export type Tool = keyof typeof PACKAGES;

/** Where each is that is there. */
export type Tools = ReadonlyMap<Tool, string>;

/** Where Debian has nginx, which is not on the path of everybody. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/usr/local/sbin"];

/** @param path folders, as in the variable PATH */
export function findTools(path = Deno.env.get("PATH") ?? ""): Tools {
  const folders = [...path.split(":").filter(Boolean), ...EXTRA_DIRECTORIES];
  const found = new Map<Tool, string>();
  for (const tool of Object.keys(PACKAGES) as Tool[]) {
    const path = tool === "proc"
      ? Deno.build.os === "linux" ? "/proc" : undefined
      : folders.map((it) => join(it, tool)).find(isFile);
    if (path) found.set(tool, path);
  }
  return found;
}

/** `wrk (Debian: wrk), nginx (Debian: nginx-core)`: those that are not there; "" when all are. */
export function describeMissing(tools: Tools, needed: readonly Tool[]): string {
  return needed.filter((tool) => !tools.has(tool)).map((tool) => {
    const name = PACKAGES[tool];
    return name ? `${tool} (Debian: ${name})` : "/proc (Linux)";
  }).join(", ");
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
