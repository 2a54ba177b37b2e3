/** `Deno.serve` and nothing else, in a process of its own: what the platform allows. Says its address on stdout. */

import { holdBallast } from "../../lib/ams/gc_tuning.ts";
import type { RecordedResponse } from "./responses.ts";

interface StoredResponse {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/** Of a URL, which starts with `http://`, behind its authority. */
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
    const answer = responses.get(getPath(url));
    if (!answer) return new Response(null, { status: 404 });
    return new Response(answer.body, { headers: answer.headers });
  });
}

holdBallast(); // as ams does
serve(readResponses(Deno.args[0]!));
