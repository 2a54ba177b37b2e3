/** The files of hls.js and dash.js that the snippets of the page name. */

import { join } from "@std/path";
import "npm:dashjs@5.2.1" with { type: "text" }; // in the cache, and not run
import hlsjs from "npm:hls.js@1.7.4/dist/hls.min.js" with { type: "text" };

const DASH_FILE = "dashjs/5.2.1/dist/modern/umd/dash.all.min.js";

/** Returns scripts by name. The package of dash.js does not export its script, so it is read from Deno's cache. */
export async function loadUmdPlayers(): Promise<Record<string, string>> {
  return { "hls.min.js": hlsjs, "dash.all.min.js": await readCached(DASH_FILE) };
}

/** @throws Error if no registry's directory of the cache has the file */
async function readCached(file: string): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  for await (const { name } of Deno.readDir(npmCache)) {
    const path = join(npmCache, name, file);
    if (await exists(path)) return await Deno.readTextFile(path);
  }
  throw new Error(`Cannot find ${file} in ${npmCache}`);
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
