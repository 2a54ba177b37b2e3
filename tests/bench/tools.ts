/** Finds the tools that the bench uses. */

import { join } from "@std/path";

/** Debian package of each tool. `proc` is the /proc file system of Linux. */
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

/** Path of each tool that is installed. */
export type Tools = ReadonlyMap<Tool, string>;

/** Directories of nginx in Debian, which are not on the PATH of every user. */
const EXTRA_DIRECTORIES = ["/usr/sbin", "/usr/local/sbin"];

/** @param path directories, as in the variable PATH */
export function findTools(path = Deno.env.get("PATH") ?? ""): Tools {
  const directories = [...path.split(":").filter(Boolean), ...EXTRA_DIRECTORIES];
  const found = new Map<Tool, string>();
  for (const tool of Object.keys(PACKAGES) as Tool[]) {
    const path = tool === "proc"
      ? Deno.build.os === "linux" ? "/proc" : undefined
      : directories.map((it) => join(it, tool)).find(isFile);
    if (path) found.set(tool, path);
  }
  return found;
}

/** Lists missing tools with their packages: `wrk (Debian: wrk), nginx (Debian: nginx-core)`; "" if there are none. */
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
