/** Serves the page that the players run in, and the players themselves, on a port of its own. */

import { fromFileUrl } from "@std/path";
import dashjs from "dashjs" with { type: "text" };
import shaka from "shaka-player" with { type: "text" };

const FOLDER = fromFileUrl(new URL("./page/", import.meta.url));

const PLAYERS: Record<string, string> = { "dash.all.js": dashjs, "shaka-player.js": shaka };

export interface Site extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
}

export function startSite(): Site {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function answer(request: Request): Promise<Response> {
  const name = new URL(request.url).pathname.slice(1) || "index.html";
  if (!/^[\w.-]+\.(js|html)$/.test(name)) return new Response(null, { status: 404 });
  const text = PLAYERS[name] ?? await Deno.readTextFile(FOLDER + name);
  const type = name.endsWith(".html") ? "text/html" : "text/javascript";
  const headers = { "content-type": `${type}; charset=utf-8`, "cache-control": "max-age=3600" };
  return new Response(text, { headers });
}
