/** The commands of lib/, found by their tables, so that none lacks a manual page or completions. */

import { fromFileUrl, join, toFileUrl } from "@std/path";
import type { Command } from "../lib/cli/option_table.ts";

/** Commands by program, the program itself first: `amspackager`, then `amspackager verify`. */
export type Programs = ReadonlyMap<string, readonly Command[]>;

const LIB = fromFileUrl(new URL("../lib/", import.meta.url));

const TABLE = /^export const (\w+_COMMAND) = \{/gm;

/** Imports every `…_COMMAND` that a file of lib/ exports. */
export async function readPrograms(): Promise<Programs> {
  const commands: Command[] = [];
  for (const path of findCode(LIB)) {
    const names = [...Deno.readTextFileSync(path).matchAll(TABLE)].map(([, name]) => name!);
    if (names.length === 0) continue;
    const module: Record<string, Command> = await import(toFileUrl(path).href);
    commands.push(...names.map((name) => module[name]!));
  }
  commands.sort((a, b) => a.name < b.name ? -1 : 1);
  return Map.groupBy(commands, ({ name }) => name.split(" ", 1)[0]!);
}

function findCode(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return findCode(path);
    return name.endsWith(".ts") && !name.endsWith(".d.ts") ? [path] : [];
  });
}

/** `amspackager-verify`: the name of a manual page. */
export function toPageName({ name }: Command): string {
  return name.replaceAll(" ", "-");
}
