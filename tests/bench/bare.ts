/** A bare `Deno.serve` in a process of its own: what the platform allows. Prints its address to stdout. */

import { allocateBallast } from "../../lib/ams/gc_tuning.ts";
import type { RecordedResponse } from "./responses.ts";

interface StoredResponse {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/** Path and query of a URL that starts with `http://`. */
function getPath(url: string): string {
  return url.slice(url.indexOf("/", 7));
}

function readResponses(list: string): Map<string, StoredResponse> {
  const recorded: RecordedResponse[] = JSON.parse(Deno.readTextFileSync(list));
  return new Map(recorded.map(({ path, file, headers }) => [
    path,
    { body: Deno.readFileSync(file), headers: new Headers(headers.map(([...pair]) => pair)) },
  ]));
}

function serve(responses: Map<string, StoredResponse>): void {
  const onListen = ({ port }: { port: number }) => {
    Deno.stdout.writeSync(new TextEncoder().encode(`http://127.0.0.1:${port}\n`));
  };
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, ({ url }) => {
    const response = responses.get(getPath(url));
    if (!response) return new Response(null, { status: 404 });
    return new Response(response.body, { headers: response.headers });
  });
}

allocateBallast(); // as ams does
serve(readResponses(Deno.args[0]!));
