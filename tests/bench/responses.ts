/** What ams answers, kept: the other servers repeat these bytes with these headers. */

import { dirname } from "@std/path";
import { Client } from "./client.ts";
import type { Bench } from "./section.ts";

export interface RecordedResponse {
  /** As it is asked for. */
  readonly path: string;
  /** The file with the bytes of the body. */
  readonly file: string;
  /** All but those that every server makes by itself. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** In the workplace: the list of what is kept, and the folder of bodies, each under its path. */
export const RESPONSES_FILE = "answers.json";
export const BODIES_DIRECTORY = "bodies";

const SERVER_HEADERS = ["date", "content-length", "connection", "server"];

/** @throws Error when ams has no answer to one of the paths */
export async function recordResponses(
  bench: Bench,
  port: number,
  paths: Iterable<string>,
): Promise<RecordedResponse[]> {
  using client = await Client.connect(port);
  const recorded: RecordedResponse[] = [];
  for (const path of new Set(paths)) recorded.push(await recordResponse(bench, client, path));
  await Deno.writeTextFile(bench.workspace.path(RESPONSES_FILE), JSON.stringify(recorded));
  return recorded;
}

async function recordResponse(
  { workspace }: Bench,
  client: Client,
  path: string,
): Promise<RecordedResponse> {
  const { headers, body } = await client.get(path);
  const file = workspace.path(BODIES_DIRECTORY, path);
  await Deno.mkdir(dirname(file), { recursive: true });
  await Deno.writeFile(file, body);
  return { path, file, headers: selectHeaders(headers) };
}

/** @throws Error when a server has another answer to a path than the one that was kept */
export async function checkResponses(
  { name, port }: { readonly name: string; readonly port: number },
  recorded: readonly RecordedResponse[],
): Promise<void> {
  using client = await Client.connect(port);
  for (const { path, file, headers } of recorded) {
    const answer = await client.get(path);
    const bytes = await Deno.readFile(file);
    const sameHeaders = formatHeaders(answer.headers) === formatHeaders(headers);
    if (sameHeaders && equals(bytes, answer.body)) continue;
    const what = sameHeaders ? "other bytes" : `other headers, ${formatHeaders(answer.headers)}`;
    throw new Error(`Cannot compare with ${name}: it answers ${path} with ${what}`);
  }
}

function selectHeaders(headers: RecordedResponse["headers"]): RecordedResponse["headers"] {
  return headers.filter(([name]) => !SERVER_HEADERS.includes(name));
}

function formatHeaders(headers: RecordedResponse["headers"]): string {
  return selectHeaders(headers).map((header) => header.join(": ")).sort().join(", ");
}

function equals(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
