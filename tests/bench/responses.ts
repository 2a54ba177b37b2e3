/** Records responses of ams, so that other servers send the same bytes and headers. */

import { dirname } from "@std/path";
import { Client } from "./client.ts";
import type { Bench } from "./section.ts";

export interface RecordedResponse {
  /** As requested. */
  readonly path: string;
  /** The file with the bytes of the body. */
  readonly file: string;
  /** Without those that every server adds. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** In the workspace: list of recorded responses, and directory of their bodies, each at its path. */
export const RESPONSES_FILE = "responses.json";
export const BODIES_DIRECTORY = "bodies";

const SERVER_HEADERS = ["date", "content-length", "connection", "server"];

/** @throws Error when a response is an error */
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

/** @throws Error when a response of a server differs from the recorded one */
export async function checkResponses(
  { name, port }: { readonly name: string; readonly port: number },
  recorded: readonly RecordedResponse[],
): Promise<void> {
  using client = await Client.connect(port);
  for (const { path, file, headers } of recorded) {
    const response = await client.get(path);
    const bytes = await Deno.readFile(file);
    const sameHeaders = formatHeaders(response.headers) === formatHeaders(headers);
    if (sameHeaders && equals(bytes, response.body)) continue;
    const what = sameHeaders ? "other bytes" : `other headers, ${formatHeaders(response.headers)}`;
    throw new Error(`Cannot compare with ${name}: it serves ${path} with ${what}`);
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
