/** What ams answers, kept: the other servers repeat these bytes with these headers. */

import { dirname } from "@std/path";
import { Client } from "./client.ts";
import type { Bench } from "./section.ts";

export interface Kept {
  /** As it is asked for. */
  readonly path: string;
  /** The file with the bytes of the body. */
  readonly file: string;
  /** All but those that every server makes by itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** In the workplace: the list of what is kept, and the folder of bodies, each under its path. */
export const ANSWERS = "answers.json";
export const BODIES = "bodies";

const OF_THE_SERVER = ["date", "content-length", "connection", "server"];

/** @throws Error when ams has no answer to one of the paths */
export async function keepAnswers(
  bench: Bench,
  port: number,
  paths: Iterable<string>,
): Promise<Kept[]> {
  using client = await Client.connect(port);
  const kept: Kept[] = [];
  for (const path of new Set(paths)) kept.push(await keep(bench, client, path));
  await Deno.writeTextFile(bench.place.path(ANSWERS), JSON.stringify(kept));
  return kept;
}

async function keep({ place }: Bench, client: Client, path: string): Promise<Kept> {
  const { headers, body } = await client.get(path);
  const file = place.path(BODIES, path);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeFile(file, body);
  return { path, file, headers: ownHeaders(headers) };
}

/** @throws Error when a server has another answer to a path than the one that was kept */
export async function checkAnswers(
  { name, port }: { readonly name: string; readonly port: number },
  kept: readonly Kept[],
): Promise<void> {
  using client = await Client.connect(port);
  for (const { path, file, headers } of kept) {
    const answer = await client.get(path);
    const bytes = await Deno.readFile(file);
    const sameHeaders = sorted(answer.headers) === sorted(headers);
    if (sameHeaders && equals(bytes, answer.body)) continue;
    const what = sameHeaders ? "other bytes" : `other headers, ${sorted(answer.headers)}`;
    throw new Error(`Cannot compare with ${name}: it answers ${path} with ${what}`);
  }
}

function ownHeaders(headers: Kept["headers"]): Kept["headers"] {
  return headers.filter(([name]) => !OF_THE_SERVER.includes(name));
}

function sorted(headers: Kept["headers"]): string {
  return ownHeaders(headers).map((header) => header.join(": ")).sort().join(", ");
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
