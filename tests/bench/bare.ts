/** `Deno.serve` and nothing else, in a process of its own: what the platform allows. Says its address on stdout. */

import { holdBallast } from "../../lib/ams/gc_tuning.ts";
import type { Kept } from "./responses.ts";

interface Answer {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Headers;
}

/** Of a URL, which starts with `http://`, behind its authority. */
function pathOf(url: string): string {
  return url.slice(url.indexOf("/", 7));
}

function readAnswers(list: string): Map<string, Answer> {
  const kept: Kept[] = JSON.parse(Deno.readTextFileSync(list));
  return new Map(kept.map(({ path, file, headers }) => [
    path,
    { body: Deno.readFileSync(file), headers: new Headers(headers.map(([...pair]) => pair)) },
  ]));
}

function serve(answers: Map<string, Answer>): void {
  const onListen = ({ port }: { port: number }) => {
    Deno.stdout.writeSync(new TextEncoder().encode(`http://127.0.0.1:${port}\n`));
  };
  Deno.serve({ hostname: "127.0.0.1", port: 0, onListen }, ({ url }) => {
    const answer = answers.get(pathOf(url));
    if (!answer) return new Response(null, { status: 404 });
    return new Response(answer.body, { headers: answer.headers });
  });
}

holdBallast(); // as ams does
serve(readAnswers(Deno.args[0]!));
