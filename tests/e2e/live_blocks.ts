/** Blocks of the archive of a channel, in the order of the broadcast. */

import { join } from "@std/path";

export interface Block {
  readonly directory: string;
  readonly broadcast: { readonly number: number; readonly epoch: number };
  readonly period: { readonly id: number };
}

export function readBlocks(archive: string): Block[] {
  const names = [...Deno.readDirSync(archive)].filter(({ isDirectory }) => isDirectory);
  return names.map(({ name }) => name).sort().map((name) => {
    const directory = join(archive, name);
    return { directory, ...JSON.parse(Deno.readTextFileSync(join(directory, "block.json"))) };
  });
}
