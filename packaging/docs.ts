/** `deno task docs`: writes manual pages and completions to docs/man, which releases contain. */

import { dirname, fromFileUrl, join } from "@std/path";
import { readPrograms } from "./commands.ts";
import { buildCompletions, buildManuals } from "./manuals.ts";

export const MANUALS = fromFileUrl(new URL("../docs/man/", import.meta.url));

/** Returns the texts of all files by path in docs/man; without a date, which only a release has. */
export async function buildDocuments(): Promise<Map<string, string>> {
  const programs = await readPrograms();
  const files = new Map(buildManuals(programs, ""));
  for (const { shell, name, text } of buildCompletions(programs)) {
    files.set(join("completions", shell, name), text);
  }
  return files;
}

async function writeDocuments(): Promise<void> {
  await Deno.remove(MANUALS, { recursive: true }).catch(ignoreMissing);
  for (const [path, text] of await buildDocuments()) {
    const file = join(MANUALS, path);
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}

function ignoreMissing(error: Error): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

if (import.meta.main) await writeDocuments();
